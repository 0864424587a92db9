package lockstep.ledger;

/// Proof that a device's chain forked: two entries that cannot be of one, both signed by it. The
/// chain is in quarantine: nothing more of it is taken.
///
/// @param kept what this ledger had first
/// @param other what was shown later; kept as evidence. It has the number of `kept`, or the next
///   one and names another entry than `kept` as the one before it
public record Fork(Entry kept, Entry other) {}
