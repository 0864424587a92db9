package lockstep.ledger;

/// An entry that fits, and what follows from where it stands.
///
/// @param lane the chain, or branch of one, that it continues or begins
/// @param tip what it makes of the lane's end
/// @param sight how its author named things
record Placed(Entry entry, Lane lane, Chains.Tip tip, Sight sight) {
  /// Whether it is the first of a further branch: proof of a fork.
  boolean forks() {
    return !lane.isMain() && entry.sequence() == lane.first();
  }
}
