/// Which version of a path is official, and what becomes a conflict copy: pure functions.
@org.jspecify.annotations.NullMarked
module lockstep.conflict {
  requires static transitive org.jspecify;
  requires transitive lockstep.base;

  exports lockstep.conflict;
}
