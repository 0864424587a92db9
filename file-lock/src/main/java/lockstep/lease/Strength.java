package lockstep.lease;

/// How far a lock can be relied on, told as it is.
public sealed interface Strength {
  /// Asked for; nobody else has answered yet.
  record Requested() implements Strength {}

  /// Some members have promised to respect it, not a majority yet.
  ///
  /// @param promised members that have, the holder included
  /// @param voters members that may write
  record Soft(int promised, int voters) implements Strength {}

  /// A majority of the members that may write has promised it, durably: nobody else can have it.
  record Firm(int promised, int voters) implements Strength {}

  /// No other member is connected: others may be working on the same file.
  record Unconfirmed() implements Strength {}

  default boolean isFirm() {
    return this instanceof Firm;
  }
}
