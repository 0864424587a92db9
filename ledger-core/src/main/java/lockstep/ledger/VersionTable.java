package lockstep.ledger;

import java.util.HashMap;
import java.util.Map;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import org.jspecify.annotations.Nullable;

/// One version per row, in columns: some 60 bytes each, where objects take five times that. Origins
/// and histories are shared between the rows of one entry.
final class VersionTable {
  static final int ABSENT = 0;
  static final int FILE = 1;
  static final int DIRECTORY = 2;
  static final int SYMLINK = 3;

  private final Columns.Refs<Origin> origins = new Columns.Refs<>();
  private final Columns.Refs<VersionVector> histories = new Columns.Refs<>();
  private final Columns.Ints kinds = new Columns.Ints(); // kind, and the mode from bit 2 on
  private final Columns.Longs sizes = new Columns.Longs();
  private final Columns.Longs times = new Columns.Longs();
  private final Columns.Longs roots = new Columns.Longs(); // four for each row
  private final Map<Integer, String> targets = new HashMap<>();
  private final Map<Integer, Long> epochs = new HashMap<>(); // of those saved under a lock

  /// Where the row's version comes from, null if it has none.
  @Nullable Origin origin(int row) {
    return origins.get(row);
  }

  /// Every version that went into the row, merged.
  VersionVector history(int row) {
    VersionVector history = histories.get(row);
    return history == null ? VersionVector.EMPTY : history;
  }

  /// [#ABSENT], [#FILE], [#DIRECTORY] or [#SYMLINK]; a row without a version is absent.
  int kind(int row) {
    return kinds.get(row) & 3;
  }

  /// Bytes of a file.
  long size(int row) {
    return sizes.get(row);
  }

  void put(int row, Origin origin, Node node, VersionVector history, long epoch) {
    origins.set(row, origin);
    histories.set(row, history);
    if (epoch > 0) {
      epochs.put(row, epoch);
    } else if (!epochs.isEmpty()) {
      epochs.remove(row);
    }
    switch (node) {
      case Node.Absent _ -> kinds.set(row, ABSENT);
      case Node.Directory(int mode) -> kinds.set(row, DIRECTORY | mode << 2);
      case Node.Symlink(String target) -> {
        kinds.set(row, SYMLINK);
        targets.put(row, target);
      }
      case Node.File(Content(long size, Blake3 root), long time, int mode) -> {
        kinds.set(row, FILE | mode << 2);
        sizes.set(row, size);
        times.set(row, time);
        root(row, root);
      }
    }
  }

  private void root(int row, Blake3 root) {
    roots.set(4 * row, root.a());
    roots.set(4 * row + 1, root.b());
    roots.set(4 * row + 2, root.c());
    roots.set(4 * row + 3, root.d());
  }

  Node node(int row) {
    int mode = kinds.get(row) >> 2;
    return switch (kind(row)) {
      case FILE -> new Node.File(new Content(sizes.get(row), root(row)), times.get(row), mode);
      case DIRECTORY -> new Node.Directory(mode);
      case SYMLINK -> new Node.Symlink(targets.getOrDefault(row, ""));
      default -> Node.ABSENT;
    };
  }

  private Blake3 root(int row) {
    return new Blake3(
        roots.get(4 * row), roots.get(4 * row + 1), roots.get(4 * row + 2), roots.get(4 * row + 3));
  }

  /// The row's version; it must have one.
  Version version(int row) {
    Origin origin = origins.get(row);
    if (origin == null) throw new IllegalStateException("row " + row + " has no version");
    return version(origin, node(row), history(row)).under(epochs.getOrDefault(row, 0L));
  }

  static Version version(Origin origin, Node node, VersionVector history) {
    return new Version(
        origin.writer(),
        origin.sequence(),
        origin.clock(),
        origin.hash(),
        origin.savedAt(),
        node,
        history);
  }
}
