package lockstep.recovery;

import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import lockstep.base.Disk;
import lockstep.base.Folding;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;

/// How a disk spells its names: known from its directories' own listings, for what a look at a name
/// finds may have another. Thread-safe.
///
/// Where only some directories fold case (ext4 and its kin can be told so), that is learnt from
/// each when it is listed, and when a name turns out to be taken.
final class Spellings {
  /// Listings kept, so that not every look at a file reads its directory.
  private static final int LISTINGS_MAX = 64;

  /// For so long a listing is taken for what a directory holds: less than passes between a change
  /// and the look that it causes. No time of the directory's would tell more: not every file system
  /// sets it when a name changes.
  private static final long BELIEVED_NANOS = 15_000_000;

  private final Disk disk;
  private final Folding folding;
  private final TimeSource time;
  private final Set<RelPath> odd = ConcurrentHashMap.newKeySet();
  private final Map<RelPath, Listing> listings =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<RelPath, Listing> eldest) {
              return size() > LISTINGS_MAX;
            }
          });

  /// The names of a directory, as they are spelled, with the inodes that have them.
  private record Listing(long at, Map<String, Long> names) {}

  /// @param folding of all directories
  Spellings(Disk disk, Folding folding, TimeSource time) {
    this.disk = disk;
    this.folding = folding;
    this.time = time;
  }

  /// Whether what stands at a path is spelled so, and every directory on the way. Not asked of
  /// Lockstep's own directory, whose names differ in more than case.
  boolean isExact(RelPath path) throws IOException {
    if (path.isRoot() || !folding.isAny() && odd.isEmpty() || path.isReserved()) {
      return true;
    }
    return isExact(path.parent())
        && (!fold(path.parent()) || names(path.parent()).containsKey(path.name()));
  }

  /// Whether a directory takes several names for one.
  boolean fold(RelPath directory) {
    return folding.isAny() || odd.contains(directory);
  }

  /// The path whose node a look at `path` finds; `path` itself if it finds none.
  RelPath spelled(RelPath path) throws IOException {
    if (path.isRoot()) {
      return path;
    }
    RelPath parent = spelled(path.parent());
    RelPath asked = parent.resolve(path.name());
    if (!fold(parent)) {
      return asked;
    }
    Map<String, Long> names = read(parent);
    Optional<Disk.Stat> found =
        names.containsKey(path.name()) ? Optional.empty() : disk.stat(asked);
    if (found.isEmpty()) {
      return asked;
    }
    String key = key(path.name());
    return names.keySet().stream()
        .filter(name -> key(name).equals(key))
        .findFirst()
        .or(() -> withInode(names, found.get().inode()))
        .map(parent::resolve)
        .orElse(asked);
  }

  /// The keys of a directory that folds on its own are not known: those of the most that is usual.
  private String key(String name) {
    Folding most = folding.isAny() ? folding : new Folding(true, true, false, false);
    return most.key(name);
  }

  private static Optional<String> withInode(Map<String, Long> names, long inode) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue() == inode && inode != 0)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private Map<String, Long> names(RelPath directory) throws IOException {
    long now = time.monotonicNanos();
    Listing known = listings.get(directory);
    if (known != null && now - known.at < BELIEVED_NANOS) {
      return known.names;
    }
    return read(directory);
  }

  private Map<String, Long> read(RelPath directory) throws IOException {
    long now = time.monotonicNanos();
    Map<String, Long> names = namesOf(disk.list(directory));
    listings.put(directory, new Listing(now, names));
    return names;
  }

  /// Something in the directory is about to get, or has lost, a name.
  void changes(RelPath directory) {
    listings.remove(directory);
  }

  private Map<String, Long> namesOf(List<Disk.Listed> entries) {
    Map<String, Long> names = new HashMap<>();
    for (Disk.Listed entry : entries) {
      names.put(shown(entry), entry.stat().inode());
    }
    return names;
  }

  /// A name as it is spelled to the rest of Lockstep.
  String shown(Disk.Listed entry) {
    return entry.representable() ? folding.spelling(entry.name()) : entry.name();
  }

  /// Learns from a directory's entries whether it folds case while others do not: one of them is
  /// asked for in the other case.
  void learn(RelPath directory, List<Disk.Listed> entries) throws IOException {
    if (folding.isAny() || odd.contains(directory)) {
      return;
    }
    for (Disk.Listed entry : entries) {
      String other = inOtherCase(entry.name());
      if (entry.representable() && !other.equals(entry.name())) {
        if (isFound(directory, entry, other)
            && entries.stream().noneMatch(each -> each.name().equals(other))) {
          odd.add(directory);
        }
        return;
      }
    }
  }

  private boolean isFound(RelPath directory, Disk.Listed entry, String other) throws IOException {
    try {
      return disk.stat(directory.resolve(other))
          .filter(found -> found.kind() == entry.stat().kind())
          .isPresent();
    } catch (IllegalArgumentException notAName) {
      return false;
    }
  }

  /// A name was taken that no look had shown: maybe the directory folds.
  void learnThatTaken(RelPath path) throws IOException {
    RelPath directory = path.parent();
    if (!fold(directory)
        && disk.list(directory).stream().noneMatch(each -> each.name().equals(path.name()))
        && disk.stat(path).isPresent()) {
      odd.add(directory);
    }
  }

  private static String inOtherCase(String name) {
    var other = new StringBuilder(name);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
        other.setCharAt(i, (char) (c ^ 0x20));
        break;
      }
    }
    return other.toString();
  }
}
