package lockstep.sync;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;
import lockstep.ledger.Ledger;
import lockstep.recovery.Workspace;

/// How far this device's latest chain has come, and how many entries the ledger has, kept in the
/// shared folder (`.lockstep/writer`) too: when the home is brought back from a backup, the folder
/// still knows, and no sequence number is given twice (ruling 12). Who brings a home back may do so
/// because the power went: so what is new is durable there before others are told, and before what
/// others sent stands in the folder, where it would pass for the user's own. Owned by the folder's
/// loop.
final class HighWater {
  private static final Pattern LINE =
      Pattern.compile("lockstep-writer 1 (\\S+) ([0-9]{1,9}) ([0-9]{1,18}) ([0-9]{1,18})");

  private final Ledger ledger;
  private final Workspace workspace;
  private final String self;
  private final System.Logger log;
  private VersionVector seen = VersionVector.EMPTY;

  /// What the folder knows: a home that came back from a backup knows less, also if it is started
  /// twice.
  private Mark mark = new Mark(0, 0, 0);

  /// The one of its two lines that says less than the other.
  private int line;

  private boolean restored;

  /// @param entries how many the ledger has
  private record Mark(int incarnation, long sequence, long entries) {
    static Mark of(Matcher line) {
      return new Mark(
          Integer.parseInt(line.group(2)),
          Long.parseLong(line.group(3)),
          Long.parseLong(line.group(4)));
    }

    boolean isFurther(Mark that) {
      return incarnation > that.incarnation
          || incarnation == that.incarnation && sequence > that.sequence;
    }

    Mark atLeast(Mark that) {
      Mark further = that.isFurther(this) ? that : this;
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
      List<String> lines = workspace.notes();
      for (int each = 0; each < lines.size(); each++) {
        Matcher found = LINE.matcher(lines.get(each));
        if (found.matches() && found.group(1).equals(self)) {
          Mark most = mark.atLeast(Mark.of(found));
          if (!most.equals(mark)) line = 1 - each;
          mark = most;
        }
      }
      var writer = new WriterId(parts.self().key(), mark.incarnation);
      if (mark.sequence > 0) ledger.claim(VersionVector.of(Map.of(writer, mark.sequence)));
      restored = entries(ledger.frontier()) < mark.entries;
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
    Mark most = mark.atLeast(now);
    if (!most.equals(mark)) write(most);
  }

  private void write(Mark now) {
    try {
      workspace.writeNote(
          line,
          "lockstep-writer 1 %s %d %d %d"
              .formatted(self, now.incarnation, now.sequence, now.entries));
      mark = now;
      line = 1 - line;
    } catch (IOException e) {
      log.log(WARNING, ".lockstep/writer cannot be written: {0}", e.getMessage());
    }
  }
}
