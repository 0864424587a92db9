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
  private boolean restored;

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
        var writer = new WriterId(parts.self().key(), Integer.parseInt(line.get().group(2)));
        long sequence = Long.parseLong(line.get().group(3));
        if (sequence > 0) ledger.claim(VersionVector.of(Map.of(writer, sequence)));
        restored = entries(ledger.frontier()) < Long.parseLong(line.get().group(4));
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
    write(
        written.map(head -> head.getKey().incarnation()).orElse(0),
        written.map(Map.Entry::getValue).orElse(0L),
        entries(frontier));
  }

  private void write(int incarnation, long sequence, long entries) {
    try {
      workspace.writeNote(
          "lockstep-writer 1 %s %d %d %d".formatted(self, incarnation, sequence, entries));
    } catch (IOException e) {
      log.log(WARNING, ".lockstep/writer cannot be written: {0}", e.getMessage());
    }
  }
}
