package lockstep.sync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.chunk.ContentChangedException;
import lockstep.chunk.Splitter;
import lockstep.recovery.HistoryItem;

/// Re-reads what a device has and compares it with what it should be; changes nothing.
final class Audit {
  static final String CONTENT = "content";
  static final String UNREADABLE = "unreadable";
  static final String HISTORY = "history";

  private final List<Verification.Problem> problems = new ArrayList<>();
  private final List<Damage> damages = new ArrayList<>();
  private long files;
  private long bytes;
  private long entries;

  /// Something whose bytes are not what they should be.
  sealed interface Damage {
    Folder folder();

    Verification.Problem problem();

    /// A synced file; `observed` says what it should hold, and how it looks.
    record OfFile(Folder folder, RelPath path, Observed observed, Verification.Problem problem)
        implements Damage {}

    record OfHistory(Folder folder, HistoryItem item, Verification.Problem problem)
        implements Damage {}
  }

  /// Nothing of an absent folder can be read.
  void absent(Registry.Share share) {
    problems.add(
        new Verification.Problem(UNREADABLE, share.root().toString(), "the directory is missing"));
  }

  /// Reads every synced file again. A file whose inode says that it was changed since it was hashed
  /// is an edit on its way, not damage.
  void content(Folder folder) throws IOException {
    Map<RelPath, Observed> observed = folder.ask(loop -> loop.observed(RelPath.ROOT));
    for (var each : observed.entrySet()) {
      if (each.getValue().node() instanceof Node.File file) {
        check(folder, each.getKey(), each.getValue(), file);
      }
    }
  }

  private void check(Folder folder, RelPath path, Observed observed, Node.File file) {
    try (DiskFile open = folder.disk().open(path)) {
      if (!observed.unchanged(open.stat())) {
        return;
      }
      var found = Splitter.split(open::read, file.content().size(), (_, _) -> {}).content();
      files++;
      bytes += file.content().size();
      if (!found.equals(file.content()) && observed.unchanged(open.stat())) {
        damaged(
            folder,
            path,
            observed,
            CONTENT,
            "its bytes are not those that were synced (they hash to %s, not %s); nobody wrote to it"
                .formatted(found.root().brief(), file.content().root().brief()));
      }
    } catch (java.nio.file.NoSuchFileException | ContentChangedException e) {
      return; // deleted or cut meanwhile
    } catch (IOException e) {
      damaged(folder, path, observed, UNREADABLE, String.valueOf(e.getMessage()));
    }
  }

  private void damaged(Folder folder, RelPath path, Observed observed, String kind, String detail) {
    var problem = problem(kind, path.toString(), detail);
    damages.add(new Damage.OfFile(folder, path, observed, problem));
  }

  /// Reads the history again. Nobody wrote down what its items hold; but one that has the size and
  /// the time of a version that the ledger knows of its path has to hold what that version does.
  void history(Folder folder) throws IOException {
    Set<RelPath> paths = new HashSet<>();
    folder.workspace().history().forEach(item -> paths.add(item.path()));
    if (paths.isEmpty()) {
      return;
    }
    Past past = Past.of(folder.ledger(), paths::contains);
    for (HistoryItem item : folder.workspace().history()) {
      if (item.stat().kind() == Disk.Kind.FILE) {
        check(folder, item, past.versions(item.path()));
      }
    }
  }

  private void check(Folder folder, HistoryItem item, List<Version> versions) {
    try {
      Content found = folder.kept().read(item);
      files++;
      bytes += found.size();
      long time = folder.disk().stat(item.place()).orElse(item.stat()).modifiedNanos();
      List<Content> expected = new ArrayList<>();
      for (Version version : versions) {
        if (version.node() instanceof Node.File(Content content, long modified, _)
            && modified == time
            && content.size() == found.size()) {
          expected.add(content);
        }
      }
      if (!expected.isEmpty() && !expected.contains(found)) {
        damaged(
            folder,
            item,
            "the version that was displaced at %s is damaged (it hashes to %s, not %s)"
                .formatted(
                    item.displacedAt(), found.root().brief(), expected.getFirst().root().brief()));
      }
    } catch (java.nio.file.NoSuchFileException | ContentChangedException e) {
      return; // it expired, or a program still writes to it
    } catch (IOException e) {
      damaged(folder, item, String.valueOf(e.getMessage()));
    }
  }

  private void damaged(Folder folder, HistoryItem item, String detail) {
    var problem = problem(HISTORY, item.path().toString(), detail);
    damages.add(new Damage.OfHistory(folder, item, problem));
  }

  void ledger(Folder folder) throws IOException {
    var check = folder.ledger().verify();
    entries += check.entries();
    check.problems().forEach(text -> problem("ledger", folder.name(), text));
  }

  private Verification.Problem problem(String kind, String path, String detail) {
    var problem = new Verification.Problem(kind, path, detail);
    problems.add(problem);
    return problem;
  }

  /// The problems that have to do with bytes on the disk.
  List<Damage> damages() {
    return damages;
  }

  Verification result() {
    return new Verification(files, bytes, entries, problems);
  }
}
