package lockstep.app.ui.camera;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import lockstep.app.ui.camera.CameraException.Reason;

/// A camera before which a test holds what it likes.
public final class ScriptedCamera implements Camera {
  private static final int BETWEEN_PICTURES_MILLIS = 20;

  private final String name;
  private final AtomicReference<List<Shot>> before = new AtomicReference<>(List.of());
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicReference<Optional<Reason>> trouble = new AtomicReference<>(Optional.empty());
  private final AtomicInteger on = new AtomicInteger();
  private final AtomicInteger attempts = new AtomicInteger();

  public ScriptedCamera(String name) {
    this.name = name;
  }

  /// Has it send these from now on, in turns.
  public void sees(Shot... shots) {
    before.set(List.of(shots));
  }

  /// Has it, from now on, neither open nor send.
  public void fails(Reason reason) {
    trouble.set(Optional.of(reason));
  }

  public void works() {
    trouble.set(Optional.empty());
  }

  public boolean isOn() {
    return on.get() > 0;
  }

  /// How often somebody wanted to turn it on.
  public int attempts() {
    return attempts.get();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Recording open() throws CameraException {
    attempts.incrementAndGet();
    if (isOn()) throw new CameraException(Reason.BUSY, "somebody else has it");
    check();
    on.incrementAndGet();
    return new Recording() {
      @Override
      public Optional<Shot> next() throws CameraException {
        try {
          Thread.sleep(BETWEEN_PICTURES_MILLIS);
        } catch (InterruptedException e) {
          throw new AssertionError("nobody may interrupt the camera's thread", e);
        }
        check();
        List<Shot> shots = before.get();
        return shots.isEmpty()
            ? Optional.empty()
            : Optional.of(shots.get(sent.getAndIncrement() % shots.size()));
      }

      @Override
      public void close() {
        on.decrementAndGet();
      }
    };
  }

  private void check() throws CameraException {
    Optional<Reason> now = trouble.get();
    if (now.isPresent()) throw new CameraException(now.get(), "as the test has it");
  }
}
