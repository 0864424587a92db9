package lockstep.sync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;

/// Mends what an [Audit] finds wrong with the bytes of a folder. The good bytes are had first, from
/// another file or the history or a member; only then does the damaged file make way, and it goes
/// to the history: whether it was damage is for its user to judge.
final class Repair {
  private final TimeSource time;
  private final List<Verification.Problem> mended = new ArrayList<>();
  private final List<Verification.Problem> problems = new ArrayList<>();

  Repair(TimeSource time) {
    this.time = time;
  }

  /// @return the paths of what was mended
  List<String> run(Folder folder) throws UserException, IOException {
    int before = mended.size();
    var audit = new Audit();
    audit.content(folder);
    audit.history(folder);
    audit.ledger(folder);
    problems.addAll(audit.result().problems());
    if (audit.damages().isEmpty()) {
      return List.of();
    }
    synchronized (folder.errands()) {
      mend(folder, audit.damages());
    }
    folder.accept(new FolderEvent.Rescan(RelPath.ROOT, "it was repaired"));
    return mended.subList(before, mended.size()).stream().map(each -> each.path()).toList();
  }

  private void mend(Folder folder, List<Audit.Damage> damages) throws UserException, IOException {
    var restorer = new Restorer(folder);
    var pieces = new ArrayList<Restorer.Piece>();
    for (Audit.Damage damage : damages) {
      if (damage instanceof Audit.Damage.OfFile file) {
        folder.distrust(file.path(), file.observed().stat());
        pieces.add(piece(file));
      }
    }
    Map<RelPath, String> missing = restorer.stage(pieces);
    for (Audit.Damage damage : damages) {
      switch (damage) {
        case Audit.Damage.OfFile file -> mend(restorer, file, missing);
        case Audit.Damage.OfHistory item -> settle(folder, item);
      }
    }
    for (Restorer.Piece piece : pieces) {
      restorer.discard(piece);
    }
    restorer.finish();
  }

  private static Restorer.Piece piece(Audit.Damage.OfFile file) {
    return new Restorer.Piece(file.path(), (Node.File) file.observed().node());
  }

  private void mend(Restorer restorer, Audit.Damage.OfFile file, Map<RelPath, String> missing)
      throws IOException {
    String reason = missing.get(file.path());
    if (reason != null) {
      replace(file, "it cannot be mended now, and nothing of it was changed: " + reason);
    } else if (restorer.mend(piece(file), file.observed().stat(), now())) {
      done(file, "its good bytes are back; the damaged ones are in the history");
    } else {
      replace(file, "it was changed while it was to be mended; verify again");
    }
  }

  /// Nobody can say better what was in it; what it is not is a version that the ledger knows.
  private void settle(Folder folder, Audit.Damage.OfHistory item) throws IOException {
    if (folder.disk().stat(item.item().place()).isPresent()) {
      folder.disk().setModified(item.item().place(), now());
      done(item, "the damaged bytes stay in the history, but count as no known version any more");
    }
  }

  private long now() {
    var now = time.wallTime();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  private void done(Audit.Damage damage, String detail) {
    Verification.Problem problem = damage.problem();
    problems.remove(problem);
    mended.add(new Verification.Problem(problem.kind(), problem.path(), detail));
  }

  private void replace(Audit.Damage damage, String detail) {
    Verification.Problem problem = damage.problem();
    problems.remove(problem);
    problems.add(new Verification.Problem(problem.kind(), problem.path(), detail));
  }

  Mending result() {
    return new Mending(mended, problems);
  }
}
