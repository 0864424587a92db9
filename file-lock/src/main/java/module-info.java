/// Who works on which file: signed leases between the members of a folder, and what takes and
/// releases them by itself. Pure: no disk, no network, no clock.
@org.jspecify.annotations.NullMarked
module lockstep.lease {
  requires static transitive org.jspecify;
  requires transitive lockstep.base;

  exports lockstep.lease;
}
