/// Learning that something may have changed on the disk, as soon as it has and not before.
///
/// [Watcher] tells of events: on Linux by inotify ([InotifyWatcher], with its system calls in
/// `Inotify` and the paths of its watches in `WatchTree`), elsewhere by what the JDK offers.
/// [Quiet] decides when a path that changed is worth a look. Both are hints: what is true the
/// folder finds out by looking, and by scanning now and then.
package lockstep.sync.watch;
