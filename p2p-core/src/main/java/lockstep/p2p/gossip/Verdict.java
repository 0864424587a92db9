package lockstep.p2p.gossip;

/// What becomes of a message that its author has signed.
public enum Verdict {
  /// It is delivered here and passed on.
  ACCEPT,

  /// It is neither, and nobody is to blame: it may only be too early, or too late.
  IGNORE,

  /// It is neither, and no honest peer would have passed it on.
  REJECT
}
