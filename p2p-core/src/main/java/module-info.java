/// A libp2p-compatible host on virtual threads.
@org.jspecify.annotations.NullMarked
module lockstep.p2p {
  requires static transitive org.jspecify;
  requires transitive lockstep.base;
  requires org.bouncycastle.provider;

  exports lockstep.p2p;
  exports lockstep.p2p.gossip;
}
