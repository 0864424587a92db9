/// Command line, daemon and control API.
@org.jspecify.annotations.NullMarked
module lockstep.app {
  requires static transitive org.jspecify;
  requires lockstep.sync;
  requires info.picocli;
  requires tools.jackson.core;
  requires com.electronwill.nightconfig.core;
  requires com.electronwill.nightconfig.toml;
  requires com.google.zxing;
  requires java.logging;

  opens lockstep.app to
      info.picocli;
}
