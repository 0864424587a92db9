package lockstep.sync;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lockstep.recovery.Directories;

/// Waits for shared folders whose directory is not there, mostly because its disk is away. They
/// keep no other folder from running and stay shared; now and then somebody looks whether they are
/// back. Thread-safe.
final class Absentees implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private final Shares shares;
  private final Opening opening;
  private final System.Logger log;
  private final CountDownLatch closed = new CountDownLatch(1);

  /// Guarded by this.
  private Optional<Thread> thread = Optional.empty();

  /// Opens a folder and has it run.
  interface Opening {
    void open(Registry.Share share) throws IOException;
  }

  Absentees(Shares shares, Opening opening, System.Logger log) {
    this.shares = shares;
    this.opening = opening;
    this.log = log;
  }

  static boolean isAbsent(Path root) {
    return !Directories.exists(root);
  }

  /// Looks for those that are absent until all are back.
  synchronized void start() {
    boolean isLooking = thread.filter(Thread::isAlive).isPresent();
    if (!isLooking && !shares.absent().isEmpty() && closed.getCount() > 0) {
      thread = Optional.of(Thread.ofVirtual().name("absent folders").start(this::look));
    }
  }

  private void look() {
    try {
      while (!shares.absent().isEmpty()
          && !closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        for (Registry.Share share : shares.absent()) {
          comeBack(share);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void comeBack(Registry.Share share) {
    if (!shares.absent().contains(share) || isAbsent(share.root())) {
      return;
    }
    try {
      opening.open(share);
    } catch (IOException e) {
      log.log(WARNING, "the folder {0} cannot be opened: {1}", share.name(), e.getMessage());
    }
  }

  /// Waits for a folder no longer.
  ///
  /// @return what was waited for, unless no absent folder has that name
  synchronized Optional<Registry.Share> giveUp(String name) {
    Optional<Registry.Share> found =
        shares.absent().stream().filter(share -> share.name().equals(name)).findFirst();
    found.ifPresent(share -> shares.remove(share.id()));
    return found;
  }

  static FolderStatus status(Registry.Share share) {
    return FolderStatus.stopped(share.name(), share.id(), share.root(), why(share));
  }

  /// What somebody is told who wants to do something with such a folder.
  static UserException refusal(Registry.Share share) {
    return new UserException(
        "the folder '" + share.name() + "' cannot be used now",
        why(share),
        "connect its disk, or say where you have moved it: lockstep folder move '"
            + share.name()
            + "' NEW-PATH");
  }

  private static String why(Registry.Share share) {
    return ("its directory %s is missing; it goes on once that is back, or once you say where you"
            + " have moved it: `lockstep folder move '%s' NEW-PATH`")
        .formatted(share.root(), share.name());
  }

  @Override
  public void close() {
    closed.countDown();
    looking().ifPresent(Absentees::join);
  }

  private synchronized Optional<Thread> looking() {
    return thread;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
