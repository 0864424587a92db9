package lockstep.chunk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Content;
import org.jspecify.annotations.Nullable;

/// Finds chunks in contents that exist on this computer: an open-addressing table of 20 bytes a
/// slot in memory, bounded in size. A hint: it knows chunks by 64 bits of their hash, so whatever
/// is read there is hashed before use. Thread-safe.
final class ChunkIndex {
  /// Bounds the table at 40 MB and 1.5 million chunks (some 50 GiB in small ones). Once it is full,
  /// chunks of further contents are not found here and come from peers.
  static final int SLOTS_MAX = 1 << 21;

  private static final int SLOTS_MIN = 1 << 8;
  private static final int FREE = 0;
  private static final int LENGTH_BITS = 21;

  // Slot i: the chunk's key, the number of its content (or FREE), offset << LENGTH_BITS | length.
  private long[] keys = new long[SLOTS_MIN];
  private int[] contentNumbers = new int[SLOTS_MIN];
  private long[] places = new long[SLOTS_MIN];
  private int used;

  /// By number; those forgotten are null until the table is built anew.
  private List<@Nullable Content> contents = noContents();

  private final Map<Content, Integer> numbers = new HashMap<>();

  /// The latest manifest with a chunk wins, so that forgetting an old version takes nothing away
  /// from a newer one.
  synchronized void add(Manifest manifest) {
    reserve(manifest.count());
    int number = numbers.computeIfAbsent(manifest.content(), this::numbered);
    for (int i = 0; i < manifest.count(); i++) {
      put(manifest.hash(i).a(), number, manifest.offset(i) << LENGTH_BITS | manifest.length(i));
    }
  }

  synchronized Optional<Place> locate(Blake3 chunk) {
    int slot = slot(chunk.a());
    Content content = contents.get(contentNumbers[slot]);
    if (content == null) return Optional.empty();
    int length = (int) places[slot] & (1 << LENGTH_BITS) - 1;
    return Optional.of(new Place(content, places[slot] >>> LENGTH_BITS, length));
  }

  synchronized void remove(Content content) {
    Integer number = numbers.remove(content);
    if (number != null) contents.set(number, null);
  }

  private int numbered(Content content) {
    contents.add(content);
    return contents.size() - 1;
  }

  private static List<@Nullable Content> noContents() {
    List<@Nullable Content> none = new ArrayList<>();
    none.add(null); // number FREE
    return none;
  }

  private void put(long key, int number, long place) {
    int slot = slot(key);
    if (contentNumbers[slot] == FREE) {
      if (used == capacity(keys.length)) return;
      used++;
    }
    keys[slot] = key;
    contentNumbers[slot] = number;
    places[slot] = place;
  }

  /// Where the key is, or the free slot where it belongs.
  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = (int) key & mask;
    while (contentNumbers[slot] != FREE && keys[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private static int capacity(int slots) {
    return slots / 4 * 3;
  }

  private void reserve(int more) {
    if (used + more <= capacity(keys.length)) return;
    boolean hasDead = contents.size() - 1 > numbers.size();
    if (keys.length == SLOTS_MAX && !hasDead) return;
    int slots = SLOTS_MIN;
    int wanted = live() + more;
    while (slots < SLOTS_MAX && wanted > capacity(slots)) slots *= 2;
    rebuild(slots);
  }

  private int live() {
    int live = 0;
    for (int number : contentNumbers) {
      if (contents.get(number) != null) live++;
    }
    return live;
  }

  /// Takes over the chunks of contents that are not forgotten.
  private void rebuild(int slots) {
    long[] oldKeys = keys;
    int[] oldNumbers = contentNumbers;
    long[] oldPlaces = places;
    List<@Nullable Content> oldContents = contents;
    keys = new long[slots];
    contentNumbers = new int[slots];
    places = new long[slots];
    contents = noContents();
    used = 0;
    numbers.replaceAll((content, _) -> numbered(content));
    for (int i = 0; i < oldKeys.length; i++) {
      Content content = oldContents.get(oldNumbers[i]);
      Integer number = content == null ? null : numbers.get(content);
      if (number != null) put(oldKeys[i], number, oldPlaces[i]);
    }
  }
}
