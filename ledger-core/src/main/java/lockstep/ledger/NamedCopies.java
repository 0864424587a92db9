package lockstep.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.conflict.ConflictName;

/// The conflict copies that have entries of their own: those that a device published directly under
/// a copy's name, and derived ones that were edited since. All that tells them from other files is
/// the name, so whoever gives such a file another name or deletes it has settled the conflict.
final class NamedCopies {
  /// A copy's name below this was not shortened.
  private static final int SHORTENED_BYTES_MIN = 200;

  private final TreeState tree;
  private final Set<Integer> rows = new LinkedHashSet<>();

  NamedCopies(TreeState tree) {
    this.tree = tree;
  }

  /// A row got a version.
  void note(int row, RelPath path) {
    if (ConflictName.isLikely(path) && ConflictName.parse(path).isPresent()) {
      rows.add(row);
    }
  }

  /// Those that stand, and whose name is one that somebody gave to a file.
  List<Conflict> standing() {
    List<Conflict> standing = new ArrayList<>();
    for (int row : rows) {
      if (tree.isLive(row) && !tree.isDerivedCopy(row)) {
        RelPath copy = tree.paths().path(row);
        Optional<RelPath> original = original(copy);
        Optional<Version> official = original.flatMap(tree::get);
        if (official.isPresent()) {
          var other = tree.get(copy).orElseThrow();
          standing.add(new Conflict(original.get(), copy, official.get(), other));
        }
      }
    }
    return standing;
  }

  private Optional<RelPath> original(RelPath copy) {
    ConflictName.Parsed parsed = ConflictName.parse(copy).orElseThrow();
    if (tree.get(parsed.original()).isPresent()) return Optional.of(parsed.original());
    int length = copy.name().getBytes(StandardCharsets.UTF_8).length;
    return length < SHORTENED_BYTES_MIN ? Optional.empty() : shortened(copy, parsed);
  }

  /// The first sibling whose copy would have just this name.
  private Optional<RelPath> shortened(RelPath copy, ConflictName.Parsed parsed) {
    PathTable paths = tree.paths();
    int directory = paths.find(copy.parent());
    for (int row = 1; row < paths.size(); row++) {
      if (paths.parent(row) == directory) {
        RelPath path = paths.path(row);
        if (isCopyOf(path, copy, parsed) && tree.get(path).isPresent()) return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private static boolean isCopyOf(RelPath path, RelPath copy, ConflictName.Parsed parsed) {
    return ConflictName.of(path, parsed.device(), parsed.utcDate(), parsed.number()).equals(copy);
  }
}
