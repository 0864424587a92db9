package lockstep.sync.watch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import lockstep.base.RelPath;
import lockstep.base.Threads;
import lockstep.sync.watch.Inotify.Event;
import org.jspecify.annotations.Nullable;

/// A [Watcher] on Linux: unlike the JDK's it hears when a file is closed after writing.
///
/// The kernel's events name a directory by the descriptor of its watch, and a watch stays with its
/// directory when that is moved; [WatchTree] keeps their paths. A move within the folder comes as
/// two events, one behind the other: a directory that departs waits for its arrival, and if that
/// does not come at once it has left the folder and its watches are ended. Where events overtake
/// each other the tree is wrong for a moment, until the rescan that each arrival asks for watches
/// the same directories again under their true paths.
final class InotifyWatcher implements Watcher {
  private static final int MASK =
      Inotify.CLOSE_WRITE
          | Inotify.MODIFY
          | Inotify.ATTRIB
          | Inotify.CREATE
          | Inotify.DELETE
          | Inotify.MOVED_FROM
          | Inotify.MOVED_TO
          | Inotify.ONLYDIR
          | Inotify.DONT_FOLLOW
          | Inotify.EXCL_UNLINK;
  private static final int ROOT_MASK = MASK | Inotify.DELETE_SELF | Inotify.MOVE_SELF;

  private static final int FOREVER = -1;

  /// How long the second event of a move may take; the kernel queues it right behind the first.
  private static final int ARRIVAL_MILLIS = 10;

  /// File systems whose other clients change files without this kernel's knowledge.
  private static final Set<String> REMOTE =
      Set.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "fuse.sshfs", "virtiofs");

  private final Path root;
  private final Listener listener;
  private final Inotify inotify;
  private final Optional<String> remoteAdvice;
  private final Thread reader;
  private final AtomicBoolean isLimited = new AtomicBoolean();

  /// Guards itself, [#closing] and all calls to [#inotify] but waiting and reading.
  private final WatchTree tree = new WatchTree();

  private boolean closing;

  private record Departure(int cookie, WatchTree.Departed directory) {}

  /// Of the reader alone.
  private @Nullable Departure departure;

  private InotifyWatcher(
      Path root, Listener listener, Inotify inotify, Optional<String> remoteAdvice) {
    this.root = root;
    this.listener = listener;
    this.inotify = inotify;
    this.remoteAdvice = remoteAdvice;
    this.reader =
        Thread.ofPlatform().daemon().name("watch " + root.getFileName()).unstarted(this::run);
  }

  /// Watches nothing until [#watch] is called.
  ///
  /// @throws IOException if this user has no inotify instance left
  static InotifyWatcher open(Path root, Listener listener) throws IOException {
    Path real = root.toRealPath();
    Optional<String> remoteAdvice = remoteAdvice(real);
    var watcher = new InotifyWatcher(real, listener, instance(real), remoteAdvice);
    watcher.reader.start();
    return watcher;
  }

  private static Optional<String> remoteAdvice(Path root) throws IOException {
    String type = Files.getFileStore(root).type();
    return REMOTE.contains(type)
        ? Optional.of(
            root
                + " is on a network file system ("
                + type
                + "): what other computers change there is found by regular scans only")
        : Optional.empty();
  }

  private static Inotify instance(Path root) throws IOException {
    try {
      return new Inotify();
    } catch (Inotify.Refused e) {
      if (e.errno == Inotify.EMFILE) {
        throw new IOException(
            "Cannot watch "
                + root
                + ": this user's programs hold all inotify instances that the system allows;"
                + " close some, or raise the limit: sysctl fs.inotify.max_user_instances=1024",
            e);
      }
      throw e;
    }
  }

  @Override
  public void watch(RelPath directory) {
    Optional<String> advice;
    synchronized (tree) {
      advice = closing ? Optional.empty() : tryWatch(directory);
    }
    advice.ifPresent(this::limited);
  }

  private Optional<String> tryWatch(RelPath directory) {
    byte[] path =
        (directory.isRoot() ? root.toString() : root + "/" + directory)
            .getBytes(StandardCharsets.UTF_8);
    try {
      int descriptor = inotify.add(path, directory.isRoot() ? ROOT_MASK : MASK);
      tree.put(directory, descriptor).forEach(inotify::remove);
      return Optional.empty();
    } catch (Inotify.Refused e) {
      // Anything else means that it vanished or may not be read, and who reads it finds that out.
      return e.errno == Inotify.ENOSPC ? Optional.of(limitAdvice()) : Optional.empty();
    }
  }

  private String limitAdvice() {
    return "Only "
        + tree.size()
        + " of the directories in "
        + root
        + " are watched, for the system allows no more; changes in the others are found by regular"
        + " scans. To watch all: sysctl fs.inotify.max_user_watches=1048576";
  }

  private void limited(String advice) {
    if (!isLimited.getAndSet(true)) {
      listener.limited(advice);
    }
  }

  @Override
  public void close() {
    synchronized (tree) {
      if (!closing) {
        closing = true;
        inotify.wake();
      }
    }
    Threads.join(reader);
  }

  private void run() {
    try {
      remoteAdvice.ifPresent(this::limited);
      readUntilClosed();
    } catch (IOException e) {
      limited(
          "Watching " + root + " stopped, changes are found by regular scans: " + e.getMessage());
    } finally {
      synchronized (tree) {
        closing = true;
        inotify.close();
      }
    }
  }

  private void readUntilClosed() throws IOException {
    while (true) {
      switch (inotify.await(departure == null ? FOREVER : ARRIVAL_MILLIS)) {
        case WOKEN -> {
          return;
        }
        case TIMEOUT -> endDeparture();
        case EVENTS -> inotify.read().forEach(this::handle);
      }
    }
  }

  private void handle(Event event) {
    if (event.is(Inotify.Q_OVERFLOW)) {
      listener.overflow();
    } else if (event.is(Inotify.IGNORED)) {
      synchronized (tree) {
        tree.forget(event.descriptor());
      }
    } else if (event.name().isEmpty()) {
      handleSelf(event);
    } else {
      Optional<RelPath> directory;
      synchronized (tree) {
        directory = tree.path(event.descriptor());
      }
      directory.ifPresent(d -> handleEntry(event, d.resolve(event.name())));
    }
  }

  /// A directory's own events come from its parent too; only the root has none that is watched.
  private void handleSelf(Event event) {
    boolean isRoot;
    synchronized (tree) {
      isRoot = tree.isRoot(event.descriptor());
    }
    if (isRoot && event.is(Inotify.DELETE_SELF | Inotify.MOVE_SELF | Inotify.UNMOUNT)) {
      limited(root + " was moved, deleted or unmounted; it is looked for regularly");
      listener.overflow();
    }
  }

  private void handleEntry(Event event, RelPath path) {
    boolean isDirectory = event.is(Inotify.IS_DIRECTORY);
    if (event.is(Inotify.MOVED_FROM)) {
      if (isDirectory) {
        depart(event.cookie(), path);
      }
      listener.deleted(path);
    } else if (event.is(Inotify.MOVED_TO | Inotify.CREATE) && isDirectory) {
      arrive(event.cookie(), path);
      listener.changedTree(path);
    } else if (event.is(Inotify.DELETE)) {
      listener.deleted(path);
    } else if (event.is(Inotify.CREATE)) {
      created(path);
    } else if (event.is(Inotify.MODIFY)) {
      listener.writing(path);
    } else if (event.is(Inotify.ATTRIB)) {
      listener.touched(path);
    } else {
      listener.changed(path);
    }
  }

  /// A new file will be written and closed; a link is there whole and no further event comes.
  private void created(RelPath path) {
    if (isLink(path)) {
      listener.changed(path);
    } else {
      listener.writing(path);
    }
  }

  private boolean isLink(RelPath path) {
    try {
      Map<String, Object> seen =
          Files.readAttributes(
              root.resolve(path.toString()),
              "unix:nlink,isSymbolicLink",
              LinkOption.NOFOLLOW_LINKS);
      return Boolean.TRUE.equals(seen.get("isSymbolicLink"))
          || seen.get("nlink") instanceof Integer links && links > 1;
    } catch (IOException e) {
      return false; // gone again, and that is another event
    }
  }

  private void depart(int cookie, RelPath path) {
    endDeparture();
    synchronized (tree) {
      departure = tree.depart(path).map(d -> new Departure(cookie, d)).orElse(null);
    }
  }

  private void arrive(int cookie, RelPath path) {
    if (departure == null) {
      return;
    }
    if (departure.cookie != cookie) {
      return;
    }
    synchronized (tree) {
      end(tree.arrive(departure.directory, path));
    }
    departure = null;
  }

  private void endDeparture() {
    if (departure != null) {
      synchronized (tree) {
        end(tree.release(departure.directory));
      }
      departure = null;
    }
  }

  private void end(List<Integer> descriptors) {
    descriptors.forEach(inotify::remove);
  }
}
