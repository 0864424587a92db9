package lockstep.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lockstep.base.RelPath;

/// Numbers paths from 0 (the root) up, densely; a directory has a lower number than what it holds.
/// Keeps each name once, some 30 bytes a path in all, where a map of strings takes five times that.
///
/// Open addressing over (directory, name). Finding is safe while nobody interns.
final class PathTable {
  static final int ROOT = 0;
  static final int NONE = -1;

  private static final int ARENA_SHIFT = 16;
  private static final int ARENA_BYTES = 1 << ARENA_SHIFT;

  private final Columns.Ints parents = new Columns.Ints();
  private final Columns.Ints names = new Columns.Ints(); // place of the length byte in the arena
  private final List<byte[]> arena = new ArrayList<>();
  private int arenaUsed = ARENA_BYTES;
  private int[] slots = new int[1024]; // number + 1, 0: free
  private int size = 1;

  /// The directory of the path interned last, with its slash: the next one is mostly its sibling.
  private byte[] lastDirectory = {};

  private int lastDirectoryId = ROOT;

  /// How many numbers there are.
  int size() {
    return size;
  }

  int parent(int id) {
    return parents.get(id);
  }

  /// The number of a path, [#NONE] if it has none.
  int find(RelPath path) {
    byte[] utf8 = path.utf8();
    int id = ROOT;
    for (int start = 0; start < utf8.length && id != NONE; ) {
      int end = nameEnd(utf8, start);
      id = slots[slot(id, utf8, start, end)] - 1;
      start = end + 1;
    }
    return id;
  }

  /// The number of a path; it and its directories get theirs now if they have none.
  int intern(RelPath path) {
    byte[] utf8 = path.utf8();
    boolean sibling =
        utf8.length > lastDirectory.length
            && Arrays.equals(utf8, 0, lastDirectory.length, lastDirectory, 0, lastDirectory.length);
    int directory = sibling ? lastDirectoryId : ROOT;
    int start = sibling ? lastDirectory.length : 0;
    if (utf8.length == 0) return ROOT;
    int end = nameEnd(utf8, start);
    while (end < utf8.length) {
      directory = child(directory, utf8, start, end);
      start = end + 1;
      end = nameEnd(utf8, start);
    }
    if (start != lastDirectory.length || directory != lastDirectoryId) {
      lastDirectory = Arrays.copyOf(utf8, start);
      lastDirectoryId = directory;
    }
    return child(directory, utf8, start, end);
  }

  private static int nameEnd(byte[] utf8, int start) {
    int end = start;
    while (end < utf8.length && utf8[end] != '/') end++;
    return end;
  }

  private int child(int directory, byte[] utf8, int start, int end) {
    int slot = slot(directory, utf8, start, end);
    if (slots[slot] != 0) return slots[slot] - 1;
    int id = size++;
    parents.set(id, directory);
    names.set(id, store(utf8, start, end));
    slots[slot] = size;
    if (size * 5L > slots.length * 3L) grow();
    return id;
  }

  /// Where (directory, name) is, or where it belongs.
  private int slot(int directory, byte[] utf8, int start, int end) {
    int slot = hash(directory, utf8, start, end) & slots.length - 1;
    while (slots[slot] != 0 && !isAt(slots[slot] - 1, directory, utf8, start, end)) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  private boolean isAt(int id, int directory, byte[] utf8, int start, int end) {
    if (parents.get(id) != directory) return false;
    byte[] block = block(id);
    int at = offset(id);
    int length = block[at] & 0xff;
    return length == end - start && Arrays.equals(block, at + 1, at + 1 + length, utf8, start, end);
  }

  private static int hash(int directory, byte[] bytes, int start, int end) {
    long hash = directory * 0x9E3779B97F4A7C15L;
    for (int i = start; i < end; i++) {
      hash = (hash ^ bytes[i]) * 0x100000001B3L;
    }
    return (int) (hash ^ hash >>> 32 ^ hash >>> 17);
  }

  private void grow() {
    slots = new int[slots.length * 2];
    for (int id = 1; id < size; id++) {
      byte[] block = block(id);
      int at = offset(id);
      int slot = hash(parents.get(id), block, at + 1, at + 1 + (block[at] & 0xff));
      slot &= slots.length - 1;
      while (slots[slot] != 0) slot = slot + 1 & slots.length - 1;
      slots[slot] = id + 1;
    }
  }

  /// A name has at most 255 bytes, so one byte holds its length.
  private int store(byte[] utf8, int start, int end) {
    int length = end - start;
    if (arenaUsed + 1 + length > ARENA_BYTES) {
      arena.add(new byte[ARENA_BYTES]);
      arenaUsed = 0;
    }
    int place = (arena.size() - 1) * ARENA_BYTES + arenaUsed;
    byte[] block = arena.getLast();
    block[arenaUsed] = (byte) length;
    System.arraycopy(utf8, start, block, arenaUsed + 1, length);
    arenaUsed += 1 + length;
    return place;
  }

  private byte[] block(int id) {
    return arena.get(names.get(id) >>> ARENA_SHIFT);
  }

  private int offset(int id) {
    return names.get(id) & ARENA_BYTES - 1;
  }

  private String name(int id) {
    byte[] block = block(id);
    int at = offset(id);
    return new String(block, at + 1, block[at] & 0xff, StandardCharsets.UTF_8);
  }

  RelPath path(int id) {
    List<String> names = new ArrayList<>();
    for (int at = id; at != ROOT; at = parent(at)) {
      names.add(name(at));
    }
    return RelPath.of(String.join("/", names.reversed()));
  }
}
