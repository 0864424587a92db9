package lockstep.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// Carries out a wish to restore: has all bytes staged, then puts them where they belong. A tree of
/// which some files cannot be had is restored without them, and they are named.
final class Restoring {
  private final Folder folder;
  private final RelPath path;
  private final Restoration.Request request;
  private final Restorer restorer;
  private final NavigableMap<RelPath, Restores.Step> done = new TreeMap<>();

  /// Where what is restored goes.
  private sealed interface Target {
    /// @return its absolute path if it was not there as it should be
    Optional<Path> put(RelPath path, Node node) throws UserException, IOException;
  }

  Restoring(Folder folder, RelPath path, Restoration.Request request)
      throws UserException, IOException {
    this.folder = folder;
    this.path = path;
    this.request = request;
    boolean edits = request.to().isEmpty() || request.to().get().startsWith(folder.root());
    this.restorer = edits ? Restorer.toEdit(folder) : new Restorer(folder);
  }

  Restoration run() throws UserException, IOException {
    synchronized (folder.errands()) {
      Map<RelPath, Node> now = standing();
      return put(choose(now), now);
    }
  }

  /// What [#run] would do just now.
  Restoration.Preview preview() throws UserException, IOException {
    Map<RelPath, Node> now = standing();
    var returning = new ArrayList<String>();
    var replaced = new ArrayList<String>();
    var elsewhere = new ArrayList<String>();
    long bytes = 0;
    for (var each : choose(now).entrySet()) {
      String name = each.getKey().toString();
      boolean isFree = request.to().isPresent() || !now.containsKey(each.getKey());
      (isFree ? returning : replaced).add(name);
      if (each.getValue() instanceof Node.File file) {
        bytes += file.content().size();
        if (!folder.hasHere(file.content())) elsewhere.add(name);
      }
    }
    return new Restoration.Preview(returning, replaced, elsewhere, bytes);
  }

  /// What [#run] has changed in the folder, also if it failed in the middle.
  NavigableMap<RelPath, Restores.Step> done() {
    return done;
  }

  private NavigableMap<RelPath, Node> choose(Map<RelPath, Node> now)
      throws UserException, IOException {
    if (request.version().isPresent() && request.at().isPresent()) {
      throw new UserException(
          "a version and a moment were named", "either says which one to restore", "name one");
    }
    NavigableMap<RelPath, Node> chosen = new Choice(Timeline.of(folder, path), now).make(request);
    if (request.to().isEmpty()) {
      chosen.entrySet().removeIf(each -> stands(each.getValue(), now.get(each.getKey())));
    }
    return chosen;
  }

  private static boolean stands(Node node, @org.jspecify.annotations.Nullable Node now) {
    return now != null && now.sameContent(node);
  }

  private Map<RelPath, Node> standing() throws IOException {
    var standing = new TreeMap<RelPath, Node>();
    folder
        .ask(loop -> loop.observed(path))
        .forEach((each, observed) -> standing.put(each, observed.node()));
    return standing;
  }

  private Restoration put(NavigableMap<RelPath, Node> chosen, Map<RelPath, Node> now)
      throws UserException, IOException {
    Target target = target(chosen);
    List<Restorer.Piece> pieces = pieces(chosen);
    Map<RelPath, String> missing = restorer.stage(pieces);
    try {
      if (!missing.isEmpty() && chosen.size() == 1) {
        throw new UserException(
            "cannot bring back '" + path + "'",
            String.valueOf(missing.get(path)),
            "connect a member that may still have it, and try again");
      }
      var restored = new ArrayList<String>();
      for (var each : chosen.entrySet()) {
        if (!missing.containsKey(each.getKey())) {
          target.put(each.getKey(), each.getValue()).ifPresent(at -> restored.add(at.toString()));
          note(each.getKey(), now.getOrDefault(each.getKey(), Node.ABSENT), each.getValue());
        }
      }
      restorer.finish();
      return new Restoration(restored, missing.keySet().stream().map(RelPath::toString).toList());
    } finally {
      for (Restorer.Piece piece : pieces) {
        restorer.discard(piece);
      }
    }
  }

  /// What stands elsewhere is beside what its user has, and theirs to delete.
  private void note(RelPath at, Node before, Node after) throws IOException {
    if (request.to().isEmpty()) {
      done.put(at, new Restores.Step(before, after, folder.disk().stat(at)));
    }
  }

  private static List<Restorer.Piece> pieces(NavigableMap<RelPath, Node> chosen) {
    var pieces = new ArrayList<Restorer.Piece>();
    chosen.forEach(
        (each, node) -> {
          if (node instanceof Node.File file) {
            pieces.add(new Restorer.Piece(each, file));
          }
        });
    return pieces;
  }

  private Target target(NavigableMap<RelPath, Node> chosen) throws UserException, IOException {
    if (request.to().isEmpty()) {
      return new InFolder(path, false);
    }
    Path to = request.to().get();
    if (!to.startsWith(folder.root())) {
      return new Elsewhere(new Outside(to, chosen.firstKey().equals(path)));
    }
    RelPath inside = RelPath.of(folder.root().relativize(to).toString());
    if (inside.isRoot() || inside.isReserved() || folder.disk().stat(inside).isPresent()) {
      throw Outside.taken(to);
    }
    return new InFolder(inside, true);
  }

  private final class InFolder implements Target {
    private final RelPath base;
    private final boolean mustBeFree;

    InFolder(RelPath base, boolean mustBeFree) {
      this.base = base;
      this.mustBeFree = mustBeFree;
    }

    @Override
    public Optional<Path> put(RelPath from, Node node) throws UserException, IOException {
      RelPath at = from.rebase(path, base);
      switch (node) {
        case Node.Directory(int mode) -> restorer.makeDirectory(at, mode);
        case Node.Symlink link -> restorer.link(at, link, mustBeFree);
        case Node.File file -> {
          var piece = new Restorer.Piece(from, file);
          if (mustBeFree) {
            restorer.place(piece, at);
          } else {
            restorer.install(piece);
          }
        }
        case Node.Absent _ -> throw new IllegalStateException("an absence is nothing to restore");
      }
      return Optional.of(folder.root().resolve(at.toString()));
    }
  }

  private final class Elsewhere implements Target {
    private final Outside outside;

    Elsewhere(Outside outside) {
      this.outside = outside;
    }

    @Override
    public Optional<Path> put(RelPath from, Node node) throws UserException, IOException {
      RelPath below = from.rebase(path, RelPath.ROOT);
      return switch (node) {
        case Node.Directory _ -> Optional.of(outside.directory(below));
        case Node.Symlink(String link) -> Optional.of(outside.link(below, link));
        case Node.File _ -> {
          var piece = new Restorer.Piece(from, (Node.File) node);
          try (var bytes = folder.disk().open(restorer.staged(piece))) {
            yield Optional.of(outside.file(below, bytes, piece.file()));
          }
        }
        case Node.Absent _ -> throw new IllegalStateException("an absence is nothing to restore");
      };
    }
  }
}
