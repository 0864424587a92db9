package lockstep.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import lockstep.base.Entropy;

/// The one desktop window of a home. Whoever would open a second one asks the first to come to the
/// front, over loopback, guarded as the control API is.
final class OneWindow implements AutoCloseable {
  private static final int TOKEN_BYTES = 32;
  private static final String FRONT = "front";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Home home;
  private final HomeLock lock;
  private final LocalServer server;

  /// What brings the window to the front, once there is one; until then it is about to come anyway.
  private volatile Runnable front = () -> {};

  private OneWindow(Home home, HomeLock lock, Entropy entropy) throws IOException {
    this.home = home;
    this.lock = lock;
    String token = HexFormat.of().formatHex(entropy.bytes(TOKEN_BYTES));
    var guard = new Guard(token);
    server = LocalServer.open(0, request -> guard.refusal(request).orElseGet(this::comeToFront));
    String url = "http://127.0.0.1:" + server.port();
    String word = Json.write(Views.object("url", url, "token", token));
    Home.writePrivately(home.window(), word.getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse comeToFront() {
    front.run();
    return HttpResponse.ok(Views.object(FRONT, true));
  }

  /// Becomes the window of a home.
  ///
  /// @return empty if there is another
  static Optional<OneWindow> claim(Home home, Entropy entropy) throws IOException {
    home.create();
    Optional<HomeLock> lock = HomeLock.tryAcquire(home.windowLock());
    if (lock.isEmpty()) return Optional.empty();
    try {
      return Optional.of(new OneWindow(home, lock.get(), entropy));
    } catch (IOException e) {
      lock.get().close();
      throw e;
    }
  }

  /// Has the window of a home come to the front.
  static void bringToFront(Home home) throws Failure {
    var patience = new ApiClient.Patience(PATIENCE, PATIENCE);
    try {
      ApiClient.of(home, home.window(), patience).post(ApiClient.path(FRONT), Views.object());
    } catch (Failure failure) {
      if (failure.exitCode() != Failure.NO_DAEMON) throw failure;
      throw Failure.because(
          "cannot bring the window to the front",
          "one is open for the home '" + home.path() + "', but is just coming or going",
          "lockstep ui, in a moment");
    }
  }

  /// @param action brings the window to the front; called on any thread
  void whenAsked(Runnable action) {
    front = action;
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(home.window());
    lock.close();
  }
}
