package lockstep.ledger;

/// Proof that a device's chain forked: two entries for one place, both signed by it. The chain is
/// in quarantine: nothing more of it is taken.
///
/// @param kept what this ledger had first
/// @param other what was shown later; kept as evidence
public record Fork(Entry kept, Entry other) {}
