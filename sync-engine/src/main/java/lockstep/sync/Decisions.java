package lockstep.sync;

import java.util.Optional;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.lease.Lock;

/// What each path needs as things stand: the [Planner]'s decision on the three trees, save where a
/// path is ignored, nothing can be said of it, what stands there is no work of a user's, somebody
/// else works on it, or the disk cannot hold it beside what it has.
record Decisions(
    Trees trees,
    Scans scans,
    Trouble trouble,
    TornSaves torn,
    Namesakes namesakes,
    Standings standings) {
  Decision decide(RelPath path) {
    Node global = trees.global(path);
    Node disk = trees.disk().node(path);
    boolean directory = disk instanceof Node.Directory || global instanceof Node.Directory;
    if (scans.isIgnored(path, directory)) {
      return new Decision.Ignored(path);
    }
    Optional<String> unobservable = trouble.unobservable(path);
    if (unobservable.isPresent()) {
      return new Decision.Wait(path, unobservable.get());
    }
    Decision decision = Planner.decide(path, global, disk, trees.applied(path));
    if (decision instanceof Decision.Publish && isWorkedOnElsewhere(path)) {
      decision = Planner.besideLock(path, global, disk, trees.applied(path));
    }
    if (decision instanceof Decision.KeepBoth && trees.asksOthers(path)) {
      return new Decision.Wait(
          path, "what Lockstep knows of it may be old: members are asked first");
    }
    return decision instanceof Decision.Publish(_, Node.File _)
        ? torn.reason(path).<Decision>map(why -> new Decision.SetAside(path, why)).orElse(decision)
        : namesakes.judge(decision);
  }

  /// Whether somebody else works on the version that is official. If they have not even got that,
  /// its bytes may have been here only: then what was made of it here is the best there is.
  private boolean isWorkedOnElsewhere(RelPath path) {
    Optional<Lock> lock = standings.theirs(path);
    Optional<Version> official = trees.global().get(path).filter(it -> it.node().isLive());
    return lock.isPresent() && official.stream().allMatch(version -> isAt(lock.get(), version));
  }

  private static boolean isAt(Lock lock, Version version) {
    return lock.request().base().filter(version.entry()::equals).isPresent()
        || version.writer().device().equals(lock.holder().key());
  }
}
