/// A libp2p-compatible host on virtual threads.
@org.jspecify.annotations.NullMarked
module lockstep.p2p {
  requires static transitive org.jspecify;
  requires transitive lockstep.base;

  exports lockstep.p2p;
}
