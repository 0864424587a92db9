/// The signed, hash-chained, append-only ledger and the folder state derived from it.
@org.jspecify.annotations.NullMarked
module lockstep.ledger {
  requires static transitive org.jspecify;
  requires transitive lockstep.base;
  requires lockstep.recovery;
  requires lockstep.conflict;

  exports lockstep.ledger;
}
