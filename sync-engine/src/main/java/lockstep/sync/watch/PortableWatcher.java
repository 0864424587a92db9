package lockstep.sync.watch;

import io.methvin.watcher.DirectoryChangeEvent;
import io.methvin.watcher.DirectoryChangeListener;
import io.methvin.watcher.DirectoryWatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import lockstep.base.RelPath;
import lockstep.base.Threads;
import org.jspecify.annotations.Nullable;

/// A [Watcher] on what the JDK offers, by the directory-watcher library, for systems without
/// inotify. It watches the whole tree by itself, ignored directories too, and cannot tell when a
/// file is closed: each change counts as writing that may go on.
final class PortableWatcher implements Watcher, DirectoryChangeListener {
  private final Path root;
  private final Listener listener;
  private final DirectoryWatcher library;
  private @Nullable Thread reader;
  private volatile boolean closing;

  private PortableWatcher(Path root, Listener listener) throws IOException {
    this.root = root;
    this.listener = listener;
    library = DirectoryWatcher.builder().path(root).fileHashing(false).listener(this).build();
  }

  static PortableWatcher open(Path root, Listener listener) throws IOException {
    var watcher = new PortableWatcher(root.toRealPath(), listener);
    // Sets all watches before it hands its loop over.
    var _ = watcher.library.watchAsync(watcher::start);
    return watcher;
  }

  private void start(Runnable loop) {
    reader =
        Thread.ofPlatform().daemon().name("watch " + root.getFileName()).start(() -> run(loop));
  }

  private void run(Runnable loop) {
    loop.run();
    if (!closing) {
      listener.limited("Watching " + root + " stopped; changes are found by regular scans");
    }
  }

  @Override
  public void watch(RelPath directory) {
    // Watched with the whole tree.
  }

  @Override
  public void close() {
    closing = true;
    try {
      library.close();
    } catch (IOException e) {
      // It holds nothing that could be lost.
    }
    if (reader != null) {
      Threads.join(reader);
    }
  }

  @Override
  public void onEvent(DirectoryChangeEvent event) {
    if (event.eventType() == DirectoryChangeEvent.EventType.OVERFLOW) {
      listener.overflow();
    } else {
      relative(event.path()).ifPresent(path -> handle(event, path));
    }
  }

  @Override
  public void onException(Exception e) {
    listener.overflow();
  }

  private void handle(DirectoryChangeEvent event, RelPath path) {
    switch (event.eventType()) {
      case DELETE -> listener.deleted(path);
      case CREATE -> {
        if (event.isDirectory()) {
          listener.changedTree(path);
        } else {
          listener.writing(path);
        }
      }
      case MODIFY -> {
        if (event.isDirectory()) {
          listener.touched(path);
        } else {
          listener.writing(path);
        }
      }
      case OVERFLOW -> listener.overflow();
    }
  }

  /// Empty for a name that is never synced.
  private Optional<RelPath> relative(Path path) {
    String separator = root.getFileSystem().getSeparator();
    try {
      return Optional.of(RelPath.of(root.relativize(path).toString().replace(separator, "/")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
