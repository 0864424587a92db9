package lockstep.sync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lockstep.base.Node;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.ledger.Ledger;
import lockstep.recovery.Journal;
import lockstep.recovery.Workspace;

/// What the journal tells of a folder's last run, which may have ended in a crash.
///
/// @param applied the tree *Applied*; the folder's loop takes it over
/// @param unfinished what the open intents were to leave at their paths, the latest of each
/// @param openIntents intents that no end was recorded for
/// @param published up to where `applied` knows this device's own entries: all of them
/// @param unrecorded what `applied` knows and the journal does not
/// @param doubted where what the journal knows may be of another time, with all below
record LastRun(
    Map<RelPath, Applied> applied,
    Map<RelPath, Unfinished> unfinished,
    Set<Long> openIntents,
    Published published,
    List<Step> unrecorded,
    Set<RelPath> doubted) {

  /// A step that may be done or not.
  ///
  /// @param meant what it was to leave at the path
  /// @param intent under which it stands in the journal
  record Unfinished(Node meant, long intent) {}

  /// Reads the journal, and brings what a crash left half-exchanged in staging to history.
  static LastRun recover(Journal.Opened opened, Workspace workspace, Ledger ledger, PublicKey self)
      throws IOException {
    Map<RelPath, Applied> applied = applied(opened);
    byte[] covered = opened.applied().get(Published.PLACE);
    Published published = Published.all(ledger);
    var unrecorded = new ArrayList<Step>();
    if (covered != null) {
      Published.decode(covered)
          .missing(ledger, self)
          .forEach((path, now) -> unrecorded.add(new Step.Record(path, now, true)));
    }
    for (Step step : unrecorded) {
      if (step instanceof Step.Record(RelPath path, Applied now, _)) applied.put(path, now);
    }
    applied.values().removeIf(Applied.NOTHING::equals);
    unrecorded.add(new Step.Covered(published));
    return new LastRun(
        applied,
        unfinished(opened, workspace),
        opened.intents().keySet(),
        published,
        unrecorded,
        doubted(opened));
  }

  private static Map<RelPath, Applied> applied(Journal.Opened opened)
      throws PeerViolationException {
    var applied = new HashMap<RelPath, Applied>();
    for (var entry : opened.applied().entrySet()) {
      if (!entry.getKey().isReserved()) {
        applied.put(entry.getKey(), Applied.decode(entry.getValue()));
      }
    }
    return applied;
  }

  /// A journal that knows nothing of a last run was lost.
  private static Set<RelPath> doubted(Journal.Opened opened) throws PeerViolationException {
    byte[] roots = opened.applied().get(Step.Doubted.PLACE);
    if (roots != null) return Step.Doubted.decode(roots);
    return opened.applied().containsKey(Published.PLACE) ? Set.of() : Set.of(RelPath.ROOT);
  }

  /// What steps that a crash cut off were to leave at their paths.
  private static Map<RelPath, Unfinished> unfinished(Journal.Opened opened, Workspace workspace)
      throws IOException {
    var unfinished = new HashMap<RelPath, Unfinished>();
    for (var open : opened.intents().entrySet()) {
      long intent = open.getKey();
      var in = ProtoReader.of(open.getValue());
      RelPath path = RelPath.ROOT;
      Node after = Node.ABSENT;
      String staged = "";
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> path = RelPath.fromUtf8(in.bytes(RelPath.BYTES_MAX));
          case 2 -> after = Nodes.read(in.message(Nodes.BYTES_MAX));
          case 3 -> {
            RelPath from = RelPath.fromUtf8(in.bytes(RelPath.BYTES_MAX));
            unfinished.put(from, new Unfinished(Node.ABSENT, intent));
          }
          case 4 -> staged = in.string(200);
          default -> in.skip();
        }
      }
      unfinished.put(path, new Unfinished(after, intent));
      if (!staged.isEmpty()) {
        // The exchange may have happened: what is in staging then is the user's and goes to
        // history.
        workspace.rescue(staged, path);
      }
    }
    return unfinished;
  }
}
