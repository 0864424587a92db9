package lockstep.app;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A daemon as the work of this process: its log goes to the home, and SIGTERM and SIGINT end it as
/// `stop` does, with exit code 0.
final class Service implements AutoCloseable {
  private static final int CLOSE_SECONDS_MAX = 30;

  private final Daemon daemon;
  private final CountDownLatch closed = new CountDownLatch(1);

  private Service(Daemon daemon) {
    this.daemon = daemon;
  }

  static Service start(Root root, Daemon.Options options) throws Failure {
    Home home = root.home();
    if (!Setup.exists(home)) {
      throw Daemon.noIdentity(home);
    }
    try {
      home.create();
      Logs.to(home, root.isVerbose());
    } catch (IOException e) {
      throw Failure.of("cannot write to the home '" + home.path() + "'", e);
    }
    var service = new Service(Daemon.start(home, options, root.adapters()));
    Runtime.getRuntime().addShutdownHook(new Thread(service::endBySignal, "signal"));
    Leisure.await(service.daemon::sharesWithOthers, root.adapters().leisure());
    return service;
  }

  Daemon daemon() {
    return daemon;
  }

  /// Runs while the JVM shuts down: lets the main thread close everything, then ends the process
  /// itself, for the JVM would report the signal as its exit code.
  private void endBySignal() {
    if (closed.getCount() == 0) return;
    daemon.requestStop();
    int exitCode = Failure.FAILED;
    try {
      if (closed.await(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) exitCode = Task.DONE;
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode);
  }

  @Override
  public void close() {
    daemon.close();
    closed.countDown();
  }
}
