package lockstep.app.ui;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.application.Platform;
import javafx.stage.Stage;
import lockstep.app.Desktop;
import lockstep.app.Failure;
import lockstep.app.ui.camera.Camera;

/// The desktop by JavaFX.
public final class JavaFxDesktop implements Desktop {
  /// Held, or their levels would be forgotten: JavaFX complains of the class path at every start,
  /// and the bus of every connection that ends.
  private static final Logger JAVAFX = Logger.getLogger("javafx");

  private static final Logger BUS = Logger.getLogger("org.freedesktop.dbus");

  private final Supplier<List<Camera>> cameras;

  public JavaFxDesktop() {
    this(Camera::all);
  }

  /// @param cameras those that there are just now; may block
  public JavaFxDesktop(Supplier<List<Camera>> cameras) {
    this.cameras = cameras;
  }

  @Override
  public void run(Host host) throws Failure, InterruptedException {
    JAVAFX.setLevel(Level.SEVERE);
    BUS.setLevel(Level.OFF);
    var closed = new CountDownLatch(1);
    try {
      Platform.startup(() -> open(host, closed));
    } catch (RuntimeException | UnsatisfiedLinkError noDisplay) {
      throw Failure.because(
          "cannot open the desktop window",
          "there is no display, or a library of the system is missing (%s)"
              .formatted(Failure.reason(noDisplay)),
          "lockstep up --headless");
    }
    closed.await();
    Platform.exit();
  }

  private void open(Host host, CountDownLatch closed) {
    Platform.setImplicitExit(false); // the tray may outlive the window
    new App(host, Remembered.read(host.home()), cameras, closed::countDown).show(new Stage());
  }
}
