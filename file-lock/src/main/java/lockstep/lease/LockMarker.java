package lockstep.lease;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import lockstep.base.PeerId;
import lockstep.base.RelPath;

/// The file `.name.lock` beside a file that is locked elsewhere: it tells people who works on it,
/// and holds what it takes to undo the lock after a crash. Local, never synced; durable before the
/// file's mode is changed.
///
/// @param file the name of the locked file
/// @param device the holder's name in the folder
/// @param originalMode permission bits of the file before it was made read-only
/// @param inode number of the file on its disk, by which it is found if its user has given it
///   another name; 0 if it has none
public record LockMarker(
    String file,
    PeerId holder,
    String device,
    Instant since,
    String note,
    long epoch,
    int originalMode,
    long inode) {
  /// Longest marker in bytes; what is longer is none.
  public static final int BYTES_MAX = 16 * 1024;

  /// Says that it is ours: no user's file has it by chance.
  private static final String KIND = "lockstep-lock";

  private static final int VERSION = 1;

  public LockMarker {
    if ((originalMode & ~07777) != 0) {
      throw new IllegalArgumentException("mode 0" + Integer.toOctalString(originalMode));
    }
    since = Instant.ofEpochMilli(since.toEpochMilli());
  }

  /// @param originalMode permission bits of the file before it is made read-only
  /// @param inode its number on its disk; 0 if it has none
  public static LockMarker of(Lock lock, String device, int originalMode, long inode) {
    LockRequest request = lock.request();
    return new LockMarker(
        lock.path().name(),
        lock.holder(),
        device,
        request.since(),
        request.note(),
        lock.epoch(),
        originalMode,
        inode);
  }

  /// Where the marker of a file stands. A name that would pass 255 bytes is shortened, and a hash
  /// of it keeps it apart from others.
  public static RelPath pathOf(RelPath file) {
    return MarkerName.of(file);
  }

  /// Whether a file of that name may be a marker: it still has to be read.
  public static boolean isLikely(String name) {
    return MarkerName.isLikely(name);
  }

  /// The marker as JSON, one field a line, for people as much as for programs.
  public byte[] encode() {
    return FlatJson.write(
            FlatJson.object(
                "kind", KIND,
                "version", (long) VERSION,
                "file", file,
                "holder", holder.toString(),
                "device", device,
                "since", since.toString(),
                "note", note,
                "epoch", epoch,
                "mode", "%04o".formatted(originalMode),
                "inode", inode))
        .getBytes(StandardCharsets.UTF_8);
  }

  /// Reads a marker.
  ///
  /// @return empty for any other file: a user's own of that name is not touched
  public static Optional<LockMarker> decode(byte[] bytes) {
    if (bytes.length > BYTES_MAX) return Optional.empty();
    try {
      return FlatJson.read(bytes).flatMap(LockMarker::of);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  /// @throws IllegalArgumentException, [DateTimeException] or [ArithmeticException] if a value is
  ///   none
  private static Optional<LockMarker> of(Map<String, Object> json) {
    boolean ours = KIND.equals(json.get("kind")) && json.get("version") instanceof Long;
    if (!ours
        || !(json.get("file") instanceof String file)
        || !(json.get("holder") instanceof String holder)
        || !(json.get("device") instanceof String device)
        || !(json.get("since") instanceof String since)
        || !(json.get("note") instanceof String note)
        || !(json.get("epoch") instanceof Long epoch)
        || !(json.get("mode") instanceof String mode)
        || !(json.get("inode") instanceof Long inode)) {
      return Optional.empty();
    }
    return Optional.of(
        new LockMarker(
            file,
            PeerId.parse(holder),
            device,
            Instant.parse(since),
            note,
            epoch,
            Integer.parseInt(mode, 8),
            inode));
  }
}
