package lockstep.testkit.sim;

import java.util.Arrays;
import java.util.TreeMap;
import lockstep.base.Blake3;
import lockstep.base.Disk;
import org.jspecify.annotations.Nullable;

/// What a name stands for: as running programs see it, and as it would be found after a crash.
@SuppressWarnings("ReferenceEquality") // here identity is what is meant
final class Inode {
  final long number;
  final Disk.Kind kind;
  int mode;
  long modified;
  long changed;
  int links = 1;
  String target = "";

  /// How many have it open for writing.
  int writers;

  /// Whether a user, not Lockstep, wrote its bytes.
  boolean byUser;

  /// Of a directory: what is in it, by the folded name.
  final TreeMap<String, Named> entries = new TreeMap<>();

  /// The entries that survive a crash.
  final TreeMap<String, Named> safeEntries = new TreeMap<>();

  private byte[] data = {};
  private int length;
  private @Nullable Blake3 hash;
  private byte[] safeData = {};
  private int safeLength;

  /// An entry of a directory, as it is spelt.
  record Named(String name, Inode inode) {}

  Inode(long number, Disk.Kind kind, int mode) {
    this.number = number;
    this.kind = kind;
    this.mode = mode;
  }

  int length() {
    return length;
  }

  byte[] bytes() {
    return Arrays.copyOf(data, length);
  }

  Blake3 hash() {
    Blake3 known = hash;
    if (known == null) {
      known = Blake3.of(bytes());
      hash = known;
    }
    return known;
  }

  /// What is on stable storage.
  byte[] safeBytes() {
    return Arrays.copyOf(safeData, safeLength);
  }

  boolean isSafe() {
    return length == safeLength && Arrays.equals(data, 0, length, safeData, 0, length);
  }

  int read(byte[] into, int offset, int count, long position) {
    if (position >= length) return -1;
    int read = (int) Math.min(count, length - position);
    System.arraycopy(data, (int) position, into, offset, read);
    return read;
  }

  void write(byte[] from, int offset, int count, long position) {
    hash = null;
    int end = (int) position + count;
    boolean sharedWithSafe = data == safeData && position < safeLength;
    if (end > data.length || sharedWithSafe) {
      data = Arrays.copyOf(data, Math.max(end + end / 2, length));
    }
    if (position > length) Arrays.fill(data, length, (int) position, (byte) 0);
    System.arraycopy(from, offset, data, (int) position, count);
    length = Math.max(length, end);
  }

  void truncate(long size) {
    hash = null;
    data = Arrays.copyOf(data, (int) size);
    if (size > length) Arrays.fill(data, length, (int) size, (byte) 0);
    length = (int) size;
  }

  void sync() {
    safeData = data;
    safeLength = length;
  }

  /// After a crash: these bytes, and no others.
  void revert(byte[] survived) {
    hash = null;
    data = survived;
    length = survived.length;
    sync();
  }

  @Nullable Inode child(String key) {
    Named named = entries.get(key);
    return named == null ? null : named.inode;
  }

  Disk.Stat stat() {
    return new Disk.Stat(
        kind, kind == Disk.Kind.FILE ? length : 0, modified, changed, mode, 1, number, links);
  }
}
