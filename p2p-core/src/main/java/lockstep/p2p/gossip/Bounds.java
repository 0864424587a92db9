package lockstep.p2p.gossip;

import java.time.Duration;

/// All that a peer could make grow, and how far it may. What goes beyond the bounds of a message is
/// a violation; what goes beyond the others is forgotten or left undone.
final class Bounds {
  // ---- One RPC. Its elements are counted beside its bytes: half a million empty ones fit into a
  // megabyte.

  /// Bytes of one RPC, either way; what the specification has.
  static final int RPC_BYTES = 1 << 20;

  static final int SUBSCRIPTIONS = 1_000;
  static final int MESSAGES = 5_000;

  /// Elements of control of one kind (IHAVE, IWANT, GRAFT, PRUNE).
  static final int CONTROLS = 1_000;

  /// Message ids in all control elements together.
  static final int IDS = 20_000;

  /// Peers named in one PRUNE, which are read over.
  static final int PRUNE_PEERS = 64;

  // ---- One message.

  /// Bytes of content, so that a message and the frame around it fit into an RPC.
  static final int DATA_BYTES = RPC_BYTES - 4096;

  static final int TOPIC_BYTES = 256;
  static final int AUTHOR_BYTES = 64;
  static final int SEQUENCE_BYTES = 32;

  /// Of the largest key that libp2p knows, RSA with 8192 bits; ours are shorter.
  static final int SIGNATURE_BYTES = 1_024;

  static final int KEY_BYTES = 2_048;
  static final int ID_BYTES = AUTHOR_BYTES + SEQUENCE_BYTES;

  // ---- One peer.

  /// Topics that a peer is remembered to be in; it may say more.
  static final int TOPICS_PER_PEER = 256;

  /// RPCs of a peer whose IHAVE is looked at, from one heartbeat to the next.
  static final int OFFERS = 10;

  /// Message ids that a peer is asked for and answered, each, from one heartbeat to the next.
  static final int IDS_PER_HEARTBEAT = 5_000;

  /// Bytes of messages that a peer is sent on its asking, from one heartbeat to the next.
  static final int BYTES_ANSWERED = 1 << 20;

  /// Messages promised by a peer that are watched at a time.
  static final int PROMISES = 64;

  /// How often a peer is sent one and the same message on its asking.
  static final int RETRANSMISSIONS = 3;

  /// The longest backoff that a peer can ask for; the field could say half a million years.
  static final Duration BACKOFF = Duration.ofHours(1);

  /// Bytes that wait for a peer to take them; what is gossip gets half of it, see [SendQueue].
  static final int QUEUE_BYTES = 4 << 20;

  /// What control may take beside them.
  static final int QUEUE_CONTROL_BYTES = 256 << 10;

  // ---- All peers.

  /// Peers that are gone, whose misdeeds and backoffs are kept.
  static final int PEERS_REMEMBERED = 1_024;

  static final Duration REMEMBERED = Duration.ofHours(1);

  /// Ids of messages that have been seen, the oldest of which go first.
  static final int SEEN = 65_536;

  /// Messages kept to answer IWANT, the oldest of which go first.
  static final int CACHED = 8_192;

  static final int CACHED_BYTES = 16 << 20;

  private Bounds() {}
}
