package lockstep.ledger;

import lockstep.base.Blake3;
import lockstep.base.WriterId;

/// Proof that a device's chain forked: two entries of one number, both signed by it, both in the
/// ledger.
///
/// @param writer the chain
/// @param sequence the number that both have
/// @param kept the hash of the one that this ledger had first
/// @param other the hash of the one that it was shown later
public record Fork(WriterId writer, long sequence, Blake3 kept, Blake3 other) {}
