package lockstep.p2p.gossip;

import java.time.Duration;

/// The shape of the mesh and the times of gossipsub (v1.0 and v1.1, "Parameters"). All devices of a
/// topic should use the same.
///
/// @param degree peers that a mesh is filled to (D)
/// @param degreeLow below which it is filled (D_low)
/// @param degreeHigh above which it is thinned (D_high)
/// @param degreeScore of the best peers, which thinning spares (D_score)
/// @param degreeOutbound of peers that this device dialled, so that nobody can fill a mesh by
///   dialling alone (D_out)
/// @param degreeLazy peers beside the mesh that are told at each heartbeat what there is (D_lazy)
/// @param gossipFactor share of these peers, if that is more
/// @param firstHeartbeat after the first peer has come
/// @param historyHeartbeats for how many of them a message can be asked for
/// @param gossipHeartbeats for how many of them it is told of
/// @param seenTime how long a message is known to have been seen
/// @param fanoutTime how long peers are kept for a topic that is only published to
/// @param pruneBackoff how long a pruned peer is not to graft again
/// @param leaveBackoff the same for one that was pruned because this device left the topic
/// @param iwantTime within which a message that was offered and asked for has to come
/// @param opportunisticHeartbeats after how many of them a mesh of poor peers is given better ones
/// @param floodPublish whether a message of this device goes to all peers of the topic at once
public record GossipParameters(
    int degree,
    int degreeLow,
    int degreeHigh,
    int degreeScore,
    int degreeOutbound,
    int degreeLazy,
    double gossipFactor,
    Duration firstHeartbeat,
    Duration heartbeat,
    int historyHeartbeats,
    int gossipHeartbeats,
    Duration seenTime,
    Duration fanoutTime,
    Duration pruneBackoff,
    Duration leaveBackoff,
    Duration iwantTime,
    int opportunisticHeartbeats,
    boolean floodPublish) {

  /// What the specification recommends.
  public static final GossipParameters DEFAULT =
      new GossipParameters(
          6,
          4,
          12,
          4,
          2,
          6,
          0.25,
          Duration.ofMillis(100),
          Duration.ofSeconds(1),
          5,
          3,
          Duration.ofSeconds(120),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofSeconds(3),
          60,
          true);

  public GossipParameters {
    boolean ordered = 0 < degreeLow && degreeLow <= degree && degree <= degreeHigh;
    if (!ordered || degreeScore > degree || degreeOutbound >= degreeLow) {
      throw new IllegalArgumentException("the degrees of the mesh contradict each other");
    }
    if (gossipHeartbeats > historyHeartbeats) {
      throw new IllegalArgumentException("messages would be told of that are gone");
    }
  }

  /// The same, but a message of this device goes to its mesh only.
  public GossipParameters withoutFloodPublish() {
    return new GossipParameters(
        degree,
        degreeLow,
        degreeHigh,
        degreeScore,
        degreeOutbound,
        degreeLazy,
        gossipFactor,
        firstHeartbeat,
        heartbeat,
        historyHeartbeats,
        gossipHeartbeats,
        seenTime,
        fanoutTime,
        pruneBackoff,
        leaveBackoff,
        iwantTime,
        opportunisticHeartbeats,
        false);
  }
}
