package lockstep.sync;

import java.util.Optional;
import lockstep.base.Node;
import lockstep.base.RelPath;

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
      return new Decision.Wait(path, "ignored");
    }
    Optional<String> unobservable = trouble.unobservable(path);
    if (unobservable.isPresent()) {
      return new Decision.Wait(path, unobservable.get());
    }
    Decision decision = Planner.decide(path, global, disk, trees.applied(path));
    if (decision instanceof Decision.KeepBoth && trees.asksOthers(path)) {
      return new Decision.Wait(
          path, "what Lockstep knows of it may be old: members are asked first");
    }
    if (decision instanceof Decision.Publish && standings.theirs(path).isPresent()) {
      decision = Planner.besideLock(path, global, disk);
    }
    return decision instanceof Decision.Publish(_, Node.File _)
        ? torn.reason(path).<Decision>map(why -> new Decision.SetAside(path, why)).orElse(decision)
        : namesakes.judge(decision);
  }
}
