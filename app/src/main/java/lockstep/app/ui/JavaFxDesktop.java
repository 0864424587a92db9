package lockstep.app.ui;

import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.application.Platform;
import javafx.stage.Stage;
import lockstep.app.Desktop;
import lockstep.app.Failure;

/// The desktop by JavaFX.
public final class JavaFxDesktop implements Desktop {
  /// Held, or its level would be forgotten: JavaFX complains of the class path at every start.
  private static final Logger JAVAFX = Logger.getLogger("javafx");

  @Override
  public void run(Host host) throws Failure, InterruptedException {
    JAVAFX.setLevel(Level.SEVERE);
    var closed = new CountDownLatch(1);
    try {
      Platform.startup(() -> open(host, closed));
    } catch (RuntimeException | UnsatisfiedLinkError noDisplay) {
      throw Failure.because(
          "cannot open the desktop window",
          "there is no display, or a library of the system is missing",
          "lockstep up --headless");
    }
    closed.await();
    Platform.exit();
  }

  private static void open(Host host, CountDownLatch closed) {
    var app = new App(host, Remembered.read(host.home()));
    var stage = new Stage();
    stage.setOnHidden(
        _ -> {
          app.close();
          closed.countDown();
        });
    app.show(stage);
  }
}
