/// Command line, daemon and control API.
@org.jspecify.annotations.NullMarked
module lockstep.app {
  requires static transitive org.jspecify;
  requires lockstep.sync;
  requires lockstep.lease;
  requires info.picocli;
  requires tools.jackson.core;
  requires com.electronwill.nightconfig.core;
  requires com.electronwill.nightconfig.toml;
  requires com.google.zxing;
  requires java.logging;

  // There for the command `ui` alone.
  requires static javafx.controls;
  requires static atlantafx.base;
  requires static org.kordamp.ikonli.javafx;
  requires static org.kordamp.ikonli.feather;
  requires static org.freedesktop.dbus;
  requires static java.desktop;

  uses lockstep.app.Desktop;

  provides lockstep.app.Desktop with
      lockstep.app.ui.JavaFxDesktop;

  opens lockstep.app to
      info.picocli;
}
