package lockstep.sync;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// What applications were saving when the machine went down: files that the first scan after that
/// finds changed, and that are [Torn]. Such bytes are nobody's version of the file; they are kept,
/// and the last version that was whole is put back. At any other time what a user's program leaves
/// is an edit, whatever it looks like. Owned by the folder's loop.
final class TornSaves {
  private final FolderParts parts;
  private final Trees trees;
  private final Busy busy;
  private final Scans scans;
  private final Map<RelPath, Verdict> verdicts = new HashMap<>();
  private Optional<Runnable> whenSettled = Optional.empty();

  /// @param stat the state of the file that was judged; any other is an edit
  private record Verdict(Disk.Stat stat, String reason) {}

  TornSaves(FolderParts parts, LoopState state, Scans scans) {
    this.parts = parts;
    this.trees = state.trees();
    this.busy = state.busy();
    this.scans = scans;
  }

  /// The machine went down while the folder was at work.
  ///
  /// @param settled run once everything that it may have torn has been judged and put aside
  void expect(Runnable settled) {
    whenSettled = Optional.of(settled);
  }

  /// Whether the file that stands at a path now must be judged.
  boolean maybe(RelPath path) {
    return whenSettled.isPresent()
        && !scans.sawAll()
        && trees.applied(path).ledger() instanceof Node.File;
  }

  void judged(FolderEvent.Hashed hashed) {
    hashed
        .torn()
        .ifPresent(reason -> verdicts.put(hashed.path(), new Verdict(hashed.stat(), reason)));
  }

  /// Why what stands at a path is to be put aside; empty if it is not.
  Optional<String> reason(RelPath path) {
    Verdict verdict = verdicts.get(path);
    return verdict != null && isWhatStands(path, verdict.stat()) && hasWholeVersion(path)
        ? Optional.of(verdict.reason())
        : Optional.empty();
  }

  private boolean isWhatStands(RelPath path, Disk.Stat judged) {
    return trees.disk().get(path).filter(stands -> stands.unchanged(judged)).isPresent();
  }

  /// Whether another content is official, and may be had: else these bytes are the best there are.
  private boolean hasWholeVersion(RelPath path) {
    Applied applied = trees.applied(path);
    return applied.ledger() instanceof Node.File whole
        && !trees.disk().node(path).sameContent(applied.disk())
        && trees.global(path).sameContent(whole)
        && (parts.ledger().members().current().size() > 1
            || !trees.disk().places(whole.content()).isEmpty());
  }

  /// Ends the time in which a change may be a torn save.
  void turn() {
    if (whenSettled.isPresent() && scans.sawAll() && trees.allPlanned() && !busy.isApplying()) {
      whenSettled.get().run();
      whenSettled = Optional.empty();
    }
  }
}
