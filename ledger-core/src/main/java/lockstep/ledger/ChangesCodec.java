package lockstep.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// A batch of changes, packed: a deletion beside its neighbours takes some 6 bytes, a file some 45,
/// of which 32 are its content's hash.
///
/// ```text
/// message  1 count  2 writer (repeated: 1 device, 2 incarnation)  3 rows
///          4 epochs of those saved under a lock: rows passed over, epoch, and so on
/// row      head     bits 0-1 kind (absent, file, directory, symlink)
///                   bit 2 the mode is that of the row before
///                   bit 3 the base is that of the row before (before the first: empty)
///          path     bytes shared with the path before, bytes that follow, those bytes (UTF-8)
///          [base]   number of counters, then for each: index in the writer table, counter
///          file     size, mtime minus the mtime before (zigzag), [mode], root (32 bytes)
///          directory [mode]        symlink  length, target (UTF-8)
/// ```
///
/// A version from before the epochs refuses a batch that has them: who does not know them would
/// come to other official versions. Numbers are varints. Paths ascend strictly, so neighbours share
/// their beginnings.
final class ChangesCodec {
  /// Most bytes that the paths of one entry can come to: shared beginnings would otherwise let a
  /// small message ask for gigabytes.
  static final int PATH_BYTES_MAX = 16 << 20;

  static final int WRITERS_MAX = 4096;

  static final int SAME_MODE = 4;
  static final int SAME_BASE = 8;
  private static final int HEAD_MAX = 15;
  private static final int TARGET_BYTES_MAX = 4095;

  private ChangesCodec() {}

  static byte[] encode(Payload.Changes payload) {
    var writers = new LinkedHashMap<WriterId, Integer>();
    var rows = new RowWriter(writers);
    payload.changes().forEach(rows::add);
    var out = new ProtoWriter().varint(1, payload.changes().size());
    writers.keySet().forEach(writer -> out.message(2, BodyCodec.writer(writer)));
    out.bytesAlways(3, rows.bytes(), 0, rows.length());
    return out.bytes(4, epochs(payload.changes())).toBytes();
  }

  private static byte[] epochs(List<Change> changes) {
    var out = new Packed.Out();
    int passed = 0;
    for (Change change : changes) {
      if (change.epoch() == 0) {
        passed++;
      } else {
        out.varint(passed);
        out.varint(change.epoch());
        passed = 0;
      }
    }
    return Arrays.copyOf(out.bytes(), out.length());
  }

  /// @throws PeerViolationException if the bytes are no batch
  /// @throws IllegalArgumentException likewise, if a value is impossible
  static Payload.Changes decode(byte[] bytes) throws PeerViolationException {
    int count = 0;
    List<WriterId> writers = new ArrayList<>();
    byte[] rows = {};
    byte[] epochs = {};
    var in = ProtoReader.of(bytes);
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> count = in.int32(1, Payload.Changes.COUNT_MAX);
        case 2 -> writers.add(writer(in.message(Blake3.LENGTH + 16), writers.size()));
        case 3 -> rows = in.bytes(Entry.ENCODED_BYTES_MAX);
        case 4 -> epochs = in.bytes(Entry.ENCODED_BYTES_MAX);
        default ->
            throw new PeerViolationException(
                "batch with a part %d, which this version does not know; update Lockstep"
                    .formatted(field));
      }
    }
    List<Change> changes = new RowParser(rows, writers).parse(count);
    fence(changes, new Packed.In(epochs));
    return new Payload.Changes(changes);
  }

  private static void fence(List<Change> changes, Packed.In epochs) throws PeerViolationException {
    for (int row = 0; epochs.remaining() > 0; row++) {
      row += epochs.number(Payload.Changes.COUNT_MAX);
      if (row >= changes.size()) throw new PeerViolationException("batch with an epoch too many");
      Change plain = changes.get(row);
      long epoch = epochs.varint();
      if (epoch < 1) throw new PeerViolationException("batch with an impossible epoch");
      changes.set(row, new Change(plain.path(), plain.node(), plain.base(), epoch));
    }
  }

  private static WriterId writer(ProtoReader in, int before) throws PeerViolationException {
    if (before == WRITERS_MAX) throw new PeerViolationException("batch with too many writers");
    byte[] device = {};
    int incarnation = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> device = in.bytes(PublicKey.LENGTH);
        case 2 -> incarnation = in.int32(0, CopyMark.INCARNATION);
        default -> in.skip();
      }
    }
    var writer = new WriterId(PublicKey.of(device), incarnation);
    if (!Names.travels(writer)) throw new PeerViolationException("batch of an impossible writer");
    return writer;
  }

  /// What one row takes from the row before it.
  private static final class Context {
    byte[] path = {};
    long modifiedNanos;
    int mode;
    VersionVector base = VersionVector.EMPTY;
  }

  private static final class RowWriter {
    private final Map<WriterId, Integer> writers;
    private final Packed.Out out = new Packed.Out();
    private final Context before = new Context();

    RowWriter(Map<WriterId, Integer> writers) {
      this.writers = writers;
    }

    byte[] bytes() {
      return out.bytes();
    }

    int length() {
      return out.length();
    }

    void add(Change change) {
      boolean sameBase = change.base().equals(before.base);
      boolean sameMode = mode(change.node()) == before.mode;
      out.varint(kind(change.node()) | (sameMode ? SAME_MODE : 0) | (sameBase ? SAME_BASE : 0));
      path(change.path().utf8());
      if (!sameBase) base(change.base());
      node(change.node(), sameMode);
    }

    private static int kind(Node node) {
      return switch (node) {
        case Node.Absent _ -> 0;
        case Node.File _ -> 1;
        case Node.Directory _ -> 2;
        case Node.Symlink _ -> 3;
      };
    }

    private int mode(Node node) {
      return switch (node) {
        case Node.File file -> file.mode();
        case Node.Directory directory -> directory.mode();
        case Node.Symlink _, Node.Absent _ -> before.mode;
      };
    }

    private void path(byte[] path) {
      int shared = Packed.shared(before.path, path);
      out.varint(shared);
      out.varint(path.length - shared);
      out.raw(path, shared, path.length - shared);
      before.path = path;
    }

    private void base(VersionVector base) {
      out.varint(base.counters().size());
      base.counters()
          .forEach(
              (writer, counter) -> {
                out.varint(writers.computeIfAbsent(writer, _ -> writers.size()));
                out.varint(counter);
              });
      before.base = base;
    }

    private void node(Node node, boolean sameMode) {
      switch (node) {
        case Node.Absent _ -> {}
        case Node.File file -> {
          out.varint(file.content().size());
          out.zigzag(file.modifiedNanos() - before.modifiedNanos);
          before.modifiedNanos = file.modifiedNanos();
          newMode(file.mode(), sameMode);
          out.raw(file.content().root().bytes(), 0, Blake3.LENGTH);
        }
        case Node.Directory directory -> newMode(directory.mode(), sameMode);
        case Node.Symlink link -> {
          byte[] target = link.target().getBytes(StandardCharsets.UTF_8);
          out.varint(target.length);
          out.raw(target, 0, target.length);
        }
      }
    }

    private void newMode(int mode, boolean same) {
      if (!same) out.varint(mode);
      before.mode = mode;
    }
  }

  private static final class RowParser {
    private final Packed.In in;
    private final List<WriterId> writers;
    private final Context before = new Context();
    private RelPath path = RelPath.ROOT;
    private long pathBytes;

    RowParser(byte[] rows, List<WriterId> writers) {
      this.in = new Packed.In(rows);
      this.writers = writers;
    }

    List<Change> parse(int count) throws PeerViolationException {
      if (count > in.remaining() / 3) throw new PeerViolationException("batch cut short");
      List<Change> changes = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        changes.add(row());
      }
      if (in.remaining() > 0) throw new PeerViolationException("batch with bytes left over");
      return changes;
    }

    private Change row() throws PeerViolationException {
      int head = in.number(HEAD_MAX);
      RelPath next = path();
      if (next.compareTo(path) <= 0) throw new PeerViolationException("batch out of order");
      path = next;
      if ((head & SAME_BASE) == 0) before.base = base();
      return new Change(path, node(head), before.base);
    }

    private RelPath path() throws PeerViolationException {
      int shared = in.number(before.path.length);
      int more = in.number(RelPath.BYTES_MAX - shared);
      pathBytes += shared + more;
      if (pathBytes > PATH_BYTES_MAX) throw new PeerViolationException("batch of too long paths");
      byte[] next = Arrays.copyOf(before.path, shared + more);
      in.raw(next, shared, more);
      before.path = next;
      return RelPath.fromUtf8(next);
    }

    private VersionVector base() throws PeerViolationException {
      int count = in.number(WRITERS_MAX);
      Map<WriterId, Long> counters = new HashMap<>();
      for (int i = 0; i < count; i++) {
        int writer = in.number(WRITERS_MAX);
        if (writer >= writers.size()) throw new PeerViolationException("batch of unknown writers");
        counters.put(writers.get(writer), in.varint());
      }
      return VersionVector.of(counters);
    }

    private Node node(int head) throws PeerViolationException {
      boolean sameMode = (head & SAME_MODE) != 0;
      return switch (head & 3) {
        case 0 -> Node.ABSENT;
        case 1 -> file(sameMode);
        case 2 -> new Node.Directory(mode(sameMode));
        default -> new Node.Symlink(in.text(TARGET_BYTES_MAX));
      };
    }

    private Node file(boolean sameMode) throws PeerViolationException {
      long size = in.varint();
      before.modifiedNanos += in.zigzag();
      int mode = mode(sameMode);
      return new Node.File(new Content(size, in.hash()), before.modifiedNanos, mode);
    }

    private int mode(boolean same) throws PeerViolationException {
      if (!same) before.mode = in.number(Node.MODE_MASK);
      return before.mode;
    }
  }
}
