package lockstep.p2p;

import java.time.Duration;

/// Every bound that the host keeps, in one place. What a peer sends or asks for beyond one is
/// refused, or ends its connection; nothing else ever grows by a peer's will.
///
/// @param connections in total; further ones are closed as they come
/// @param connectionsPerPeer to one authenticated peer
/// @param halfOpenHandshakes inbound connections that have not proven a peer id yet
/// @param halfOpenPerHost of these, from one IP address
/// @param handshakeTime from the TCP connection to the finished handshake
/// @param negotiationTime for agreeing on the protocol of a stream, and for identify
/// @param streamsPerConnection in each direction; yamux allows no more unacknowledged ones
/// @param unacceptedStreams inbound streams of a connection whose protocol is not agreed yet; an
///   honest peer may open all its streams at once
/// @param memoryPerPeer bytes; the sum of all receive windows towards a peer
/// @param windowMax bytes; what one receive window may grow to
/// @param discardMax bytes that may come on a stream nobody reads any more before it is reset
/// @param queuedControl bytes of answers (pings, refusals) kept for a peer that does not read
/// @param idleFrames yamux frames in a row that carry nothing
/// @param lingerTime how long a stream closed here waits for the peer to close it too
/// @param keepalive pause between two pings on a connection
/// @param keepaliveTimeout time for the answer, after which the connection counts as dead
/// @param handshakeMessageBytes one message of the Noise handshake
/// @param protocolNameBytes one message of multistream-select
/// @param identifyBytes one identify message; at most ten make an answer
/// @param closeTime for the last bytes of a connection that is closed in order
/// @param mdnsPacketBytes of one multicast DNS message; the rest of a longer one is not read
/// @param mdnsAddresses of one peer, taken from a message and told in one
/// @param mdnsPeers found by one message, and kept in mind
/// @param mdnsHintsPerSecond about peers on the local network; further ones are dropped
/// @param mdnsPause between two answers of this device, however many ask
/// @param relay what is done for others as a relay, and asked of them
/// @param punch how hard a direct way is looked for in place of one through a relay
public record Limits(
    int connections,
    int connectionsPerPeer,
    int halfOpenHandshakes,
    int halfOpenPerHost,
    Duration handshakeTime,
    Duration negotiationTime,
    int streamsPerConnection,
    int unacceptedStreams,
    long memoryPerPeer,
    int windowMax,
    int discardMax,
    int queuedControl,
    int idleFrames,
    Duration lingerTime,
    Duration keepalive,
    Duration keepaliveTimeout,
    int handshakeMessageBytes,
    int protocolNameBytes,
    int identifyBytes,
    Duration closeTime,
    int mdnsPacketBytes,
    int mdnsAddresses,
    int mdnsPeers,
    int mdnsHintsPerSecond,
    Duration mdnsPause,
    RelayLimits relay,
    PunchLimits punch) {

  /// What the daemon runs with.
  public static final Limits DEFAULT =
      new Limits(
          256,
          4,
          64,
          16,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          256,
          256,
          128L << 20,
          16 << 20,
          1 << 20,
          64 << 10,
          10_000,
          Duration.ofMinutes(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(15),
          8 << 10,
          1 << 10,
          8 << 10,
          Duration.ofSeconds(2),
          9_000,
          10,
          256,
          50,
          Duration.ofSeconds(1),
          RelayLimits.DEFAULT,
          PunchLimits.DEFAULT);
}
