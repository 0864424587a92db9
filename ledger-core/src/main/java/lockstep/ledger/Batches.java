package lockstep.ledger;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lockstep.base.Node;
import lockstep.base.Varints;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// Cuts a batch of changes so that each part fits into one entry.
final class Batches {
  /// A row's head, lengths, size, time, mode, root and epoch, none of them small.
  private static final int ROW_BYTES_MAX = 80;

  private static final int WRITER_BYTES_MAX = 48;

  private final int bytesMax;
  private final List<Payload> parts = new ArrayList<>();
  private final Set<WriterId> writers = new HashSet<>();
  private List<Change> part = new ArrayList<>();
  private byte[] lastPath = {};
  private VersionVector lastBase = VersionVector.EMPTY;
  private int bytes;
  private long pathBytes;

  private Batches(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /// @param bytesMax of the packed changes of one part; room for any single change
  static List<Payload> split(Payload.Changes all, int bytesMax) {
    var batches = new Batches(bytesMax);
    all.changes().forEach(batches::add);
    batches.cut();
    return batches.parts;
  }

  private void add(Change change) {
    byte[] path = change.path().utf8();
    if (!fits(change, path)) cut();
    bytes += length(change, path);
    pathBytes += path.length;
    writers.addAll(change.base().counters().keySet());
    part.add(change);
    lastPath = path;
    lastBase = change.base();
  }

  private boolean fits(Change change, byte[] path) {
    return part.isEmpty()
        || part.size() < Payload.Changes.COUNT_MAX
            && pathBytes + path.length <= ChangesCodec.PATH_BYTES_MAX
            && writers.size() + change.base().counters().size() <= ChangesCodec.WRITERS_MAX
            && bytes + length(change, path) <= bytesMax;
  }

  private void cut() {
    if (part.isEmpty()) return;
    parts.add(new Payload.Changes(part));
    part = new ArrayList<>();
    writers.clear();
    lastPath = new byte[0];
    lastBase = VersionVector.EMPTY;
    bytes = 0;
    pathBytes = 0;
  }

  /// Never less than what the row takes, with the writers that only it names.
  private int length(Change change, byte[] path) {
    int length = path.length - Packed.shared(lastPath, path);
    length +=
        switch (change.node()) {
          case Node.Symlink link -> ROW_BYTES_MAX + 3 * link.target().length();
          case Node.File _ -> ROW_BYTES_MAX;
          case Node.Directory _, Node.Absent _ -> 12;
        };
    if (!change.base().equals(lastBase)) {
      for (var counter : change.base().counters().entrySet()) {
        length += 2 + Varints.length(counter.getValue());
        length += writers.contains(counter.getKey()) ? 0 : WRITER_BYTES_MAX;
      }
    }
    return length;
  }
}
