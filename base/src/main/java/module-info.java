/// Shared values (hash, peer, path, version vector) and the host's ports: the floor of all modules.
@org.jspecify.annotations.NullMarked
module lockstep.base {
  requires static transitive org.jspecify;
  requires static jdk.incubator.vector;
  requires org.bouncycastle.provider;

  exports lockstep.base;
}
