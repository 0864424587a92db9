package lockstep.sync;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;
import lockstep.ledger.Ledger;
import lockstep.recovery.Workspace;

/// How far this device's latest chain has come, and how many entries the ledger has, kept in the
/// shared folder (`.lockstep/writer`) too: when the home is brought back from a backup, the folder
/// still knows, and no sequence number is given twice (ruling 12). Owned by the folder's loop.
final class HighWater {
  private static final Pattern LINE =
      Pattern.compile("lockstep-writer 1 (\\S+) ([0-9]{1,9}) ([0-9]{1,18}) ([0-9]{1,18})");

  private final Ledger ledger;
  private final Workspace workspace;
  private final String self;
  private final System.Logger log;
  private VersionVector seen = VersionVector.EMPTY;

  /// What the folder knew at the start.
  private Mark found = new Mark(0, 0, 0);

  private boolean restored;

  /// @param entries how many the ledger has
  private record Mark(int incarnation, long sequence, long entries) {
    static Mark of(Matcher line) {
      return new Mark(
          Integer.parseInt(line.group(2)),
          Long.parseLong(line.group(3)),
          Long.parseLong(line.group(4)));
    }

    /// A home that came back from a backup knows less than the folder, also if it is started twice.
    Mark atLeast(Mark that) {
      boolean isFurther =
          incarnation > that.incarnation
              || incarnation == that.incarnation && sequence >= that.sequence;
      Mark further = isFurther ? this : that;
      return new Mark(further.incarnation, further.sequence, Math.max(entries, that.entries));
    }
  }

  HighWater(FolderParts parts) {
    this.ledger = parts.ledger();
    this.workspace = parts.workspace();
    this.self = parts.self().toString();
    this.log = parts.log();
    claim(parts);
  }

  private void claim(FolderParts parts) {
    try {
      Optional<Matcher> line = workspace.note().map(LINE::matcher).filter(Matcher::matches);
      if (line.isPresent() && line.get().group(1).equals(self)) {
        found = Mark.of(line.get());
        var writer = new WriterId(parts.self().key(), found.incarnation);
        if (found.sequence > 0) ledger.claim(VersionVector.of(Map.of(writer, found.sequence)));
        restored = entries(ledger.frontier()) < found.entries;
      }
    } catch (IOException e) {
      log.log(WARNING, ".lockstep/writer cannot be read: {0}", e.getMessage());
    }
  }

  private static long entries(VersionVector frontier) {
    return frontier.counters().values().stream().mapToLong(Long::longValue).sum();
  }

  /// Whether the folder has seen a ledger with more entries: the home is older than it.
  boolean wasRestored() {
    return restored;
  }

  /// Notes what was written since the last call. (A note that fails is made with the next change:
  /// members remember too.)
  void note() {
    VersionVector frontier = ledger.frontier();
    if (frontier.equals(seen)) {
      return;
    }
    seen = frontier;
    var written = ledger.written().counters().entrySet().stream().max(Map.Entry.comparingByKey());
    var now =
        new Mark(
            written.map(head -> head.getKey().incarnation()).orElse(0),
            written.map(Map.Entry::getValue).orElse(0L),
            entries(frontier));
    write(now.atLeast(found));
  }

  private void write(Mark mark) {
    try {
      workspace.writeNote(
          "lockstep-writer 1 %s %d %d %d"
              .formatted(self, mark.incarnation, mark.sequence, mark.entries));
    } catch (IOException e) {
      log.log(WARNING, ".lockstep/writer cannot be written: {0}", e.getMessage());
    }
  }
}
