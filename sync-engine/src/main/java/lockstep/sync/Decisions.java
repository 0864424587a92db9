package lockstep.sync;

import java.util.Optional;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// What each path needs as things stand: the [Planner]'s decision on the three trees, save where a
/// path is ignored or nothing can be said of it.
record Decisions(Trees trees, Scans scans, Trouble trouble) {
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
    return Planner.decide(path, global, disk, trees.applied(path));
  }
}
