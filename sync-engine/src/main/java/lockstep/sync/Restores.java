package lockstep.sync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.WeakHashMap;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// Restores, and how to take the last one of each folder back until the daemon ends. What somebody
/// has changed since then stays as it is; whatever gives way goes to the history. Thread-safe.
final class Restores {
  /// Forgotten with the folder: one that was moved or removed is another one when it comes back.
  private final Map<Folder, Act> last = Collections.synchronizedMap(new WeakHashMap<>());

  /// What one restore did to one path.
  ///
  /// @param stat what stood there afterwards
  record Step(Node before, Node after, Optional<Disk.Stat> stat) {}

  private record Act(RelPath path, NavigableMap<RelPath, Step> steps) {}

  Restoration restore(Folder folder, RelPath path, Restoration.Request request)
      throws UserException, IOException {
    var restoring = new Restoring(folder, path, request);
    try {
      return restoring.run();
    } finally {
      if (!restoring.done().isEmpty()) last.put(folder, new Act(path, restoring.done()));
    }
  }

  Restoration.Undone undo(Folder folder, RelPath path) throws UserException, IOException {
    synchronized (folder.errands()) {
      Act act = last.get(folder);
      if (act == null || !act.path().equals(path)) {
        throw new UserException(
            "'" + path + "' was not restored here just now",
            "only what was restored last in a folder can be taken back, until the daemon ends",
            "lockstep history PATH, then lockstep restore PATH --version VERSION");
      }
      Restoration.Undone undone = new Undoing(folder, act).run();
      last.remove(folder, act);
      return undone;
    }
  }

  private static final class Undoing {
    private final Folder folder;
    private final NavigableMap<RelPath, Step> steps;
    private final Map<RelPath, Observed> seen;
    private final Restorer restorer;
    private final List<String> undone = new ArrayList<>();
    private final List<String> left = new ArrayList<>();

    Undoing(Folder folder, Act act) throws UserException, IOException {
      this.folder = folder;
      steps = act.steps();
      seen = folder.ask(loop -> loop.observed(act.path()));
      restorer = Restorer.toEdit(folder);
    }

    /// What a directory holds goes before the directory.
    Restoration.Undone run() throws UserException, IOException {
      List<Restorer.Piece> pieces = pieces();
      Map<RelPath, String> missing = restorer.stage(pieces);
      try {
        for (var each : steps.descendingMap().entrySet()) {
          RelPath path = each.getKey();
          boolean done = !missing.containsKey(path) && takeBack(path, each.getValue());
          (done ? undone : left).add(folder.root().resolve(path.toString()).toString());
        }
        restorer.finish();
        return new Restoration.Undone(undone.reversed(), left.reversed());
      } finally {
        for (Restorer.Piece piece : pieces) {
          restorer.discard(piece);
        }
      }
    }

    private List<Restorer.Piece> pieces() {
      var pieces = new ArrayList<Restorer.Piece>();
      steps.forEach(
          (path, step) -> {
            if (step.before() instanceof Node.File file) {
              pieces.add(new Restorer.Piece(path, file));
            }
          });
      return pieces;
    }

    private boolean takeBack(RelPath path, Step step) throws UserException, IOException {
      Optional<Disk.Stat> now = folder.disk().stat(path);
      if (now.isEmpty() || !isUntouched(path, step, now.get())) {
        return false;
      }
      switch (step.before()) {
        case Node.File file -> restorer.install(new Restorer.Piece(path, file));
        case Node.Symlink link -> restorer.link(path, link, false);
        case Node.Absent _ -> restorer.retire(path, now.get());
        case Node.Directory _ -> {} // it had another mode alone
      }
      return true;
    }

    /// Of a directory that is to go: whether nothing is in it any more.
    private boolean isUntouched(RelPath path, Step step, Disk.Stat now) throws IOException {
      if (step.after() instanceof Node.Directory) {
        return now.kind() == Disk.Kind.DIRECTORY
            && (step.before().isLive() || folder.disk().list(path).isEmpty());
      }
      Observed observed = seen.get(path);
      boolean asPut =
          step.stat().map(stat -> new Observed(stat, step.after()).unchanged(now)).orElse(false);
      return asPut
          || (observed != null
              && observed.unchanged(now)
              && observed.node().sameContent(step.after()));
    }
  }
}
