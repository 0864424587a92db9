/// Disk adapter, durable log, intent journal, staging and atomic install.
@org.jspecify.annotations.NullMarked
module lockstep.recovery {
  requires static transitive org.jspecify;
  requires transitive lockstep.base;

  exports lockstep.recovery;
}
