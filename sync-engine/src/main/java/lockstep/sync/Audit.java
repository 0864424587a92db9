package lockstep.sync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.chunk.Splitter;

/// Re-reads what a device has and compares it with what it should be; changes nothing.
final class Audit {
  private final List<Verification.Problem> problems = new ArrayList<>();
  private long files;
  private long bytes;
  private long entries;

  /// Reads every synced file again. A file whose inode says that it was changed since it was hashed
  /// is an edit on its way, not damage.
  void content(Folder folder) throws IOException {
    Map<RelPath, Observed> observed = folder.ask(loop -> loop.observed(RelPath.ROOT));
    for (var each : observed.entrySet()) {
      if (each.getValue().node() instanceof Node.File file) {
        check(folder.disk(), each.getKey(), each.getValue(), file);
      }
    }
  }

  private void check(Disk disk, RelPath path, Observed observed, Node.File file) {
    try (DiskFile open = disk.open(path)) {
      if (!observed.unchanged(open.stat())) {
        return;
      }
      var found = Splitter.split(open::read, file.content().size(), (_, _) -> {}).content();
      files++;
      bytes += file.content().size();
      if (!found.equals(file.content()) && observed.unchanged(open.stat())) {
        problem(
            "content",
            path.toString(),
            "its bytes are not those that were synced (they hash to %s, not %s), though nothing wrote to it"
                .formatted(found.root().brief(), file.content().root().brief()));
      }
    } catch (java.nio.file.NoSuchFileException e) {
      return; // deleted meanwhile
    } catch (IOException e) {
      problem("unreadable", path.toString(), String.valueOf(e.getMessage()));
    }
  }

  void ledger(Folder folder) throws IOException {
    var check = folder.ledger().verify();
    entries += check.entries();
    check.problems().forEach(text -> problem("ledger", folder.name(), text));
  }

  private void problem(String kind, String path, String detail) {
    problems.add(new Verification.Problem(kind, path, detail));
  }

  Verification result() {
    return new Verification(files, bytes, entries, problems);
  }
}
