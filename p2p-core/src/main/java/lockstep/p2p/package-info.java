/// A libp2p-compatible host: this device among its peers, over encrypted and multiplexed streams.
///
/// [PeerNetwork] is the façade and the seam of simulations, [Libp2pNetwork] the real one. What goes
/// on the wire is standard libp2p and proven against js-libp2p: multistream-select, Noise XX,
/// yamux, identify and push, ping, circuit relay v2, and on request perf.
///
/// A connection is built in layers, each in one visible type:
///
/// ```text
/// Listener, Dialer      TCP sockets, blocking, one virtual thread per handshake
///   Upgrade             raw socket to SecureChannel: Multistream, NoiseHandshake, NoiseIdentity
///     SecureChannel     Noise frames: SocketInput in, Batch out, ciphers in place
///       Muxer           three virtual threads (read, write, watch) around a YamuxSession
///         MuxedStream   blocking input and output of one stream
///           Protocols   each stream's protocol, then a handler: HostStream
/// ```
///
/// Two that do not reach each other meet through a third, which passes bytes on that it cannot read
/// ([Circle], `RelayServer`, `Circuit`, `RelayClient`): a stream to a relay takes the place of the
/// socket (`Wire`), and everything above is the same again between the two ends.
///
/// [LocalDiscovery] finds peers on the local network by multicast DNS (`Mdns…`); it stands beside
/// the network and only gives hints. Messages to many go by [lockstep.p2p.gossip], which is built
/// on [PeerNetwork] alone.
///
/// `NoiseHandshake`, `YamuxSession`, `Keepalive`, `MdnsSchedule`, `RelayDesk` and `Reservations`
/// are state machines without I/O, threads or clock; tests drive them byte by byte. All that a peer
/// could make grow is bounded in [Limits].
///
/// How bytes travel: a writer's bytes are copied once, into the `Batch` that goes out next, behind
/// a yamux header and at the place where they are encrypted and sent from; streams take turns frame
/// by frame. Received bytes are decrypted where the socket put them and copied once, into the
/// stream's `ByteRing`. Nothing is allocated per frame but what the JDK's cipher wants. Threads of
/// streams never touch the socket (interrupting one would close it), and the reading thread never
/// waits. Receive windows double, up to a limit, while they are used up within a few round trips.
package lockstep.p2p;
