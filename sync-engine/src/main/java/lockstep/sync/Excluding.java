package lockstep.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lockstep.base.RelPath;
import lockstep.recovery.Workspace;
import lockstep.sync.ignore.Excludes;
import lockstep.sync.ignore.IgnoreRules;

/// Has a folder's user choose what this device does not sync. What is chosen is durable in
/// `.lockstep/exclude` and counts when a call returns, so that who deletes a path right after
/// excluding it deletes it here alone. Thread-safe: one choice after the other.
final class Excluding {
  /// A scan of a very large folder may take longer; it then goes on by itself.
  private static final long PATIENCE_SECONDS = 30;

  private final Folder folder;

  Excluding(Folder folder) {
    this.folder = folder;
  }

  synchronized List<String> list() throws IOException {
    return now().paths().stream().map(RelPath::toString).toList();
  }

  /// @param paths in the folder; from its root on where they are not absolute
  synchronized List<String> exclude(List<String> paths) throws UserException, IOException {
    var counts = new CountDownLatch(1);
    Excludes chosen = requirePresent();
    for (RelPath path : relative(paths)) {
      if (chosen.above(path).isEmpty()) chosen = with(chosen, path);
    }
    write(chosen);
    Excludes all = chosen;
    folder.accept(new FolderEvent.Ask(loop -> loop.exclude(all, counts::countDown)));
    return awaited(counts);
  }

  /// @param paths as for [#exclude]
  synchronized List<String> include(List<String> paths) throws UserException, IOException {
    var counts = new CountDownLatch(1);
    Excludes chosen = requirePresent();
    for (RelPath path : relative(paths)) {
      Optional<RelPath> above = chosen.above(path);
      if (above.isPresent()) {
        throw new UserException(
            "cannot sync '" + path + "' alone",
            "the directory '" + above.get() + "' that it lies in is left out",
            "lockstep folder include '" + folder.name() + "' '" + above.get() + "'");
      }
      chosen = chosen.without(path);
      refuseOtherRules(chosen, path);
    }
    write(chosen);
    Excludes all = chosen;
    folder.accept(new FolderEvent.Ask(loop -> loop.include(all, counts::countDown)));
    return awaited(counts);
  }

  /// What a line of their own says is for its user to change.
  private static void refuseOtherRules(Excludes chosen, RelPath path) throws UserException {
    IgnoreRules rules = IgnoreRules.DEFAULT.excluding(chosen.text());
    Optional<IgnoreRules.Rule> rule = rules.match(path, false).or(() -> rules.match(path, true));
    if (rule.isPresent() && rule.get().file().equals(Excludes.FILE)) {
      throw new UserException(
          "'" + path + "' is left out by a rule that is about more than it",
          "line %d of %s says '%s'".formatted(rule.get().line(), Excludes.FILE, rule.get().text()),
          "change that line, and restart the daemon");
    }
  }

  private Excludes with(Excludes chosen, RelPath path) throws UserException {
    try {
      return chosen.with(path);
    } catch (IllegalArgumentException odd) {
      throw new UserException(
          "cannot leave out '" + path + "'", String.valueOf(odd.getMessage()), "rename it");
    }
  }

  private List<RelPath> relative(List<String> paths) throws UserException {
    var relative = new ArrayList<RelPath>();
    for (String path : paths) relative.add(relative(path));
    return relative;
  }

  private RelPath relative(String text) throws UserException {
    try {
      Path path = folder.root().resolve(text).normalize();
      if (path.startsWith(folder.root()) && !path.equals(folder.root())) {
        RelPath found = RelPath.of(folder.root().relativize(path).toString());
        if (!found.isReserved()) return found;
      }
    } catch (IllegalArgumentException none) {
      // told below
    }
    throw new UserException(
        "'" + text + "' is no path in the folder '" + folder.name() + "'",
        "what can be left out lies in " + folder.root() + ", and is not Lockstep's own",
        "lockstep folder pause '" + folder.name() + "', if nothing at all is to be synced");
  }

  /// What was chosen so far; where the disk is away nothing can be.
  private Excludes requirePresent() throws UserException, IOException {
    Optional<String> away = folder.ask(FolderLoop::markerTrouble);
    if (away.isPresent()) {
      throw new UserException(
          "cannot change what is synced of '" + folder.name() + "'",
          away.get(),
          "connect its disk");
    }
    return now();
  }

  private Excludes now() throws IOException {
    return new Excludes(Workspace.exclude(folder.disk()));
  }

  private void write(Excludes chosen) throws UserException, IOException {
    try {
      folder.workspace().writeExclude(chosen.text());
    } catch (IllegalArgumentException tooMany) {
      throw new UserException(
          "cannot leave out so many paths one by one",
          String.valueOf(tooMany.getMessage()),
          "leave out the directory that they lie in");
    }
  }

  private List<String> awaited(CountDownLatch counts) throws IOException {
    try {
      if (!counts.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) return list(); // it goes on by itself
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return list();
  }
}
