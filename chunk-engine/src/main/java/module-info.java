/// Splitting files into chunks, manifests, compression, the chunk store.
@org.jspecify.annotations.NullMarked
module lockstep.chunk {
  requires static transitive org.jspecify;
  requires transitive lockstep.base;
  requires com.h2database;
  requires org.lz4.java;

  exports lockstep.chunk;
}
