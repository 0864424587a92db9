/// Command line, daemon and control API.
@org.jspecify.annotations.NullMarked
module lockstep.app {
  requires static transitive org.jspecify;
  requires lockstep.sync;
}
