package lockstep.app.ui;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import lockstep.app.ui.camera.Camera;
import lockstep.app.ui.camera.CameraException;
import lockstep.app.ui.camera.Shot;
import lockstep.app.ui.model.Background;

/// Looks through a camera for an invitation, from [#begin] until it was seen or this is closed; the
/// camera is on no longer than that. One thread reads the camera, which waits inside the kernel,
/// another looks for codes in as many pictures as it manages: so the camera is off within a tenth
/// of a second, however long a picture takes.
///
/// [#begin] and [#close] belong to the thread that draws, where the viewer is told.
final class Scan implements AutoCloseable {
  private static final int TRIES = 5;
  private static final Duration AGAIN_AFTER = Duration.ofMillis(100);

  /// What invitations are made of, long ones and those to be said. Of the rest (web addresses,
  /// networks) nobody can join anything.
  private static final Pattern INVITATION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z -]{5,4000}");

  /// Whoever wants to know; not told any more once the scan is closed.
  interface Viewer {
    void sees(Shot shot);

    /// A code that is no invitation.
    void readsOther();

    /// The last that it is told.
    void reads(String invitation);

    /// The last that it is told.
    void fails(CameraException why);
  }

  private final Camera camera;
  private final Background background;
  private final Viewer viewer;
  private final SynchronousQueue<Shot> unread = new SynchronousQueue<>();
  private final AtomicReference<Optional<Shot>> undrawn = new AtomicReference<>(Optional.empty());
  private final Thread reading = Thread.ofVirtual().name("scan").unstarted(this::read);
  private volatile boolean over;
  private boolean closed;

  Scan(Camera camera, Background background, Viewer viewer) {
    this.camera = camera;
    this.background = background;
    this.viewer = viewer;
  }

  void begin() {
    reading.start();
    Thread.ofPlatform().daemon().name("camera").start(this::film);
  }

  @Override
  public void close() {
    closed = true;
    over = true;
  }

  private void film() {
    try (Camera.Recording recording = open()) {
      while (!over) recording.next().ifPresent(this::pass);
    } catch (CameraException e) {
      tell(() -> viewer.fails(e));
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    } finally {
      over = true;
      reading.interrupt();
    }
  }

  /// A camera that is busy may only be about to be turned off: by the scan before this, for one.
  private Camera.Recording open() throws CameraException, InterruptedException {
    for (int left = TRIES; ; left--) {
      try {
        return camera.open();
      } catch (CameraException e) {
        if (e.reason() != CameraException.Reason.BUSY || left == 1 || over) throw e;
        Thread.sleep(AGAIN_AFTER);
      }
    }
  }

  /// To whoever draws and whoever reads, as soon as they are done with the one before.
  private void pass(Shot shot) {
    unread.offer(shot);
    if (undrawn.getAndSet(Optional.of(shot)).isEmpty()) {
      tell(() -> undrawn.getAndSet(Optional.empty()).ifPresent(viewer::sees));
    }
  }

  private void read() {
    try {
      while (!over) QrReader.find(unread.take()).ifPresent(this::judge);
    } catch (InterruptedException cameraIsOff) {
      Thread.currentThread().interrupt();
    }
  }

  private void judge(String text) {
    if (INVITATION.matcher(text).matches()) {
      over = true;
      tell(() -> viewer.reads(text));
    } else {
      tell(viewer::readsOther);
    }
  }

  private void tell(Runnable news) {
    background.show(
        () -> {
          if (!closed) news.run();
        });
  }
}
