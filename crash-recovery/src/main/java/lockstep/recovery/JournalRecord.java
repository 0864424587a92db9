package lockstep.recovery;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import lockstep.base.CorruptStoreException;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.RelPath;

/// The records of a [Journal]: protobuf messages whose fields are *operations*, carried out in the
/// order in which they stand.
///
/// ```text
///  1 begin {1 id, 2 intent}    2 end id    3 put {1 path, 2 applied}    4 remove path
///  5 snapshot's end: last intent id given out    6 format's major version    7 minor version
/// ```
///
/// Unknown fields are skipped, as a newer minor version may have them.
final class JournalRecord {
  private static final int BEGIN = 1;
  private static final int END = 2;
  private static final int PUT = 3;
  private static final int REMOVE = 4;
  private static final int SNAPSHOT_END = 5;
  private static final int MAJOR = 6;
  private static final int MINOR = 7;

  private static final int MAJOR_VERSION = 1;
  private static final int MINOR_VERSION = 0;
  private static final int BYTES_MAX = AppendLog.RECORD_BYTES_MAX;

  private JournalRecord() {}

  static void version(ProtoWriter out) {
    out.varintAlways(MAJOR, MAJOR_VERSION).varintAlways(MINOR, MINOR_VERSION);
  }

  static void begin(ProtoWriter out, long id, byte[] intent) {
    out.message(BEGIN, new ProtoWriter().varint(1, id).bytes(2, intent));
  }

  static void end(ProtoWriter out, long id) {
    out.varintAlways(END, id);
  }

  static void put(ProtoWriter out, RelPath path, byte[] applied) {
    out.message(PUT, new ProtoWriter().bytes(1, path.utf8()).bytes(2, applied));
  }

  static void remove(ProtoWriter out, RelPath path) {
    out.bytesAlways(REMOVE, path.utf8());
  }

  static void snapshotEnd(ProtoWriter out, long lastIntent) {
    out.varintAlways(SNAPSHOT_END, lastIntent);
  }

  /// The state that the records of one generation add up to.
  static final class Replayed implements AppendLog.Replay {
    private final Map<RelPath, byte[]> applied = new HashMap<>();
    private final SortedMap<Long, byte[]> intents = new TreeMap<>();
    private long lastIntent;
    private int records;
    private boolean complete;

    @Override
    public void record(long position, byte[] bytes) throws IOException {
      records++;
      try {
        carryOut(ProtoReader.of(bytes));
      } catch (PeerViolationException | IllegalArgumentException e) {
        throw new CorruptStoreException(
            "the journal's record at %d makes no sense (%s); restore the journal's files"
                .formatted(position, e.getMessage()),
            e);
      }
    }

    private void carryOut(ProtoReader in) throws IOException {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case BEGIN -> begin(in.message(BYTES_MAX));
          case END -> intents.remove(in.varint());
          case PUT -> put(in.message(BYTES_MAX));
          case REMOVE -> applied.remove(RelPath.fromUtf8(in.bytes(BYTES_MAX)));
          case SNAPSHOT_END -> {
            complete = true;
            lastIntent = Math.max(lastIntent, in.varint());
          }
          case MAJOR -> checkVersion(in.varint());
          default -> in.skip();
        }
      }
    }

    private void begin(ProtoReader in) throws IOException {
      long id = 0;
      byte[] intent = {};
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> id = in.varint();
          case 2 -> intent = in.bytes(BYTES_MAX);
          default -> in.skip();
        }
      }
      intents.put(id, intent);
      lastIntent = Math.max(lastIntent, id);
    }

    private void put(ProtoReader in) throws IOException {
      RelPath path = RelPath.ROOT;
      byte[] state = {};
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> path = RelPath.fromUtf8(in.bytes(BYTES_MAX));
          case 2 -> state = in.bytes(BYTES_MAX);
          default -> in.skip();
        }
      }
      applied.put(path, state);
    }

    private static void checkVersion(long major) throws IOException {
      if (major > MAJOR_VERSION) {
        throw new IOException(
            "the journal was written by a newer Lockstep (format %d, this one reads up to %d); update Lockstep"
                .formatted(major, MAJOR_VERSION));
      }
    }

    /// Whether the snapshot that this generation begins with was written to its end.
    boolean isComplete() {
      return complete;
    }

    int records() {
      return records;
    }

    Map<RelPath, byte[]> applied() {
      return applied;
    }

    SortedMap<Long, byte[]> intents() {
      return intents;
    }

    long lastIntent() {
      return lastIntent;
    }

    /// About what a snapshot of this state would take.
    long liveBytes() {
      long bytes = 0;
      for (Map.Entry<RelPath, byte[]> entry : applied.entrySet()) {
        bytes += entry.getKey().toString().length() + entry.getValue().length + 8L;
      }
      return bytes;
    }
  }
}
