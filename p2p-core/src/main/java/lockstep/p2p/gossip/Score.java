package lockstep.p2p.gossip;

/// What a peer has earned: the part of gossipsub's score that says something about a handful of
/// known devices and topics that may be silent for hours (docs/decisions/0018-gossipsub.md). Times
/// are monotonic nanoseconds.
///
/// - P1: time in a mesh, a little: who has stayed is likelier to stay.
/// - P2: messages that it brought first.
/// - P4: messages with a bad signature, or that the topic rejects; squared.
/// - P7: breaches of the rules (GRAFT in backoff, unkept promises, floods, malformed RPCs); squared
///   above what may happen to an honest peer.
final class Score {
  /// Below it nothing is gossiped with a peer.
  static final double GOSSIP = -10;

  /// Below it a peer is not sent what this device publishes.
  static final double PUBLISH = -40;

  /// Below it nothing of a peer is looked at.
  static final double GRAYLIST = -80;

  /// A mesh whose median is below it is given better peers.
  static final double OPPORTUNISTIC = 1;

  private static final double MESH_SECOND = 0.02;
  private static final double MESH_MAX = 5;
  private static final double DELIVERIES_MAX = 10;
  private static final double DELIVERIES_DECAY = 0.98;
  private static final double INVALID_WEIGHT = -10;
  private static final double INVALID_DECAY = 0.9988;
  private static final double MISDEED_WEIGHT = -5;
  private static final double MISDEED_DECAY = 0.995;
  private static final double MISDEEDS_BORNE = 4;

  /// Counters stay finite, and a peer can atone within hours.
  private static final double COUNTER_MAX = 1_000;

  private static final double ZERO = 0.01;
  private static final long SECOND = 1_000_000_000L;

  private double deliveries;
  private double invalid;
  private double misdeeds;
  private long decayedAt;
  private int meshes;
  private long inMeshSince;

  Score(long now) {
    decayedAt = now;
  }

  double value(long now) {
    decay(now);
    double mesh = meshes == 0 ? 0 : Math.min(MESH_MAX, MESH_SECOND * (now - inMeshSince) / SECOND);
    double excess = Math.max(0, misdeeds - MISDEEDS_BORNE);
    return mesh
        + deliveries
        + INVALID_WEIGHT * invalid * invalid
        + MISDEED_WEIGHT * excess * excess;
  }

  /// It is in one mesh more.
  void grafted(long now) {
    if (meshes++ == 0) inMeshSince = now;
  }

  /// It is in one mesh less.
  void pruned() {
    meshes--;
  }

  void delivered(long now) {
    decay(now);
    deliveries = Math.min(DELIVERIES_MAX, deliveries + 1);
  }

  void broughtInvalid(long now) {
    decay(now);
    invalid = Math.min(COUNTER_MAX, invalid + 1);
  }

  void misbehaved(long now, int weight) {
    decay(now);
    misdeeds = Math.min(COUNTER_MAX, misdeeds + weight);
  }

  /// The connection is gone, and what speaks for the peer with it.
  void left() {
    deliveries = 0;
  }

  /// Whether something speaks against the peer.
  boolean isTainted(long now) {
    decay(now);
    return invalid > 0 || misdeeds > 0;
  }

  /// Whole seconds at a time, so that it does not matter how often anybody looks.
  private void decay(long now) {
    long seconds = (now - decayedAt) / SECOND;
    if (seconds <= 0) return;
    decayedAt += seconds * SECOND;
    deliveries = decayed(deliveries, DELIVERIES_DECAY, seconds);
    invalid = decayed(invalid, INVALID_DECAY, seconds);
    misdeeds = decayed(misdeeds, MISDEED_DECAY, seconds);
  }

  private static double decayed(double counter, double decay, long seconds) {
    double left = counter == 0 ? 0 : counter * StrictMath.pow(decay, seconds);
    return left < ZERO ? 0 : left;
  }
}
