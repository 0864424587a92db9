/// Messages to many, passed on from peer to peer: libp2p gossipsub 1.1 over any
/// [lockstep.p2p.PeerNetwork].
///
/// [Gossip] is the façade and the blocking shell: a [Link] for each peer, a thread for the clock.
/// It does what a [Router] says, a state machine without I/O, threads or clock, which the tests
/// simulate by the dozen:
///
/// ```text
/// Router          inputs in, effects out: topics, peers, messages, heartbeat
///   Mesh          who passes everything on to whom at once: GRAFT, PRUNE, backoff, shape
///   LazyGossip    what goes beside the meshes: IHAVE, IWANT, promises
///     SeenCache, MessageCache
///   Swarm         what these share: Peer (with its Score), TopicState, Outbox
/// RpcCodec        what peers say to each other, as protobuf
///   AllegedMessage, GossipMessage   before and after the author's signature was checked
/// ```
///
/// All that a peer could make grow is bounded in [Bounds]. Topics are told only to those whom their
/// [TopicRules] admit.
package lockstep.p2p.gossip;
