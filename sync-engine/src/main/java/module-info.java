/// One shared folder as a deterministic state machine with its executors.
@org.jspecify.annotations.NullMarked
module lockstep.sync {
  requires static transitive org.jspecify;
  requires transitive lockstep.base;
  requires transitive lockstep.p2p;
  requires lockstep.recovery;
  requires lockstep.chunk;
  requires lockstep.conflict;
  requires lockstep.lease;
  requires lockstep.ledger;
  requires com.h2database;
  requires org.bouncycastle.provider;
  requires org.eclipse.jgit;
  requires directory.watcher;

  exports lockstep.sync;
}
