package lockstep.sync.watch;

import java.io.IOException;
import java.nio.file.Path;
import lockstep.base.RelPath;

/// Tells what changes below a folder's root while it happens. Its word is a hint, never proof:
/// whoever hears it looks at the disk, and scans everything now and then, for events do get lost.
///
/// Directories are watched one by one, each **before** it is read: a scan that calls [#watch] and
/// then lists a directory misses nothing, whatever happens between. So the first scan of a folder
/// sets the watches, and when [Listener#changedTree] tells of a new directory, the scan of that
/// directory sets the missing ones.
public interface Watcher extends AutoCloseable {
  /// Opens the best watcher of this platform: inotify on Linux, else that of the JDK.
  ///
  /// @throws IOException if nothing can be watched; says what to do. Rescans must do then
  static Watcher open(Path root, Listener listener) throws IOException {
    return Inotify.isHere()
        ? InotifyWatcher.open(root, listener)
        : PortableWatcher.open(root, listener);
  }

  /// Watches a directory, not those below it; again if it is watched already. What cannot be
  /// watched because it vanished or may not be read is left out: reading it will tell.
  void watch(RelPath directory);

  /// Returns when no callback runs any more (unless it is a callback that closes).
  @Override
  void close();

  /// Hears the events, on the watcher's own thread; [#limited] also on one that calls
  /// [Watcher#watch].
  interface Listener {
    /// Something is finished at this path: closed after writing, moved here, created whole (links).
    void changed(RelPath path);

    /// Mode or times changed; a writer may still be busy.
    void touched(RelPath path);

    /// Somebody writes to this file and has not closed it yet.
    void writing(RelPath path);

    /// Nothing stands here any more; if it was a directory, nor below.
    void deleted(RelPath path);

    /// A directory came to stand here, perhaps full: it changed, and all below it is to be scanned.
    void changedTree(RelPath directory);

    /// Events were lost: scan everything.
    void overflow();

    /// From now on not everything is watched: scan everything regularly.
    ///
    /// @param advice why, and what a user can do
    void limited(String advice);
  }
}
