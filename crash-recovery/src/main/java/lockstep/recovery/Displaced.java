package lockstep.recovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import lockstep.base.Disk;

/// Watches over displaced inodes that some process may still have open: what it writes goes there,
/// and is a user's work like any other (ruling 3). After a restart all of the history is looked at
/// once: the catalogue knows what each item was like when it was displaced.
final class Displaced {
  /// Looks at an item of which cannot be said whether it is open.
  private static final int LOOKS_MAX = 12;

  private final Disk disk;
  private final Map<String, AtomicInteger> looks = new ConcurrentHashMap<>();

  Displaced(Disk disk) {
    this.disk = disk;
  }

  void watch(HistoryItem item) {
    looks.put(item.id(), new AtomicInteger());
  }

  void forget(String id) {
    looks.remove(id);
  }

  /// @param items all of the history
  Workspace.Look look(Map<String, HistoryItem> items) throws IOException {
    List<HistoryItem> changed = new ArrayList<>();
    for (String id : List.copyOf(looks.keySet())) {
      HistoryItem item = items.get(id);
      if (item == null) {
        looks.remove(id);
        continue;
      }
      boolean over = isOver(item); // before the look: it may be written to and closed in between
      Optional<Disk.Stat> now = disk.stat(item.place());
      if (now.isPresent() && isChanged(item, now.get())) {
        changed.add(item);
      } else if (over) {
        looks.remove(id);
      }
    }
    return new Workspace.Look(changed, !looks.isEmpty());
  }

  /// What has another name too is seen there.
  private static boolean isChanged(HistoryItem item, Disk.Stat now) {
    return now.kind() == Disk.Kind.FILE
        && now.links() == 1
        && !item.path().isReserved()
        && (now.size() != item.stat().size() || now.modifiedNanos() != item.stat().modifiedNanos());
  }

  private boolean isOver(HistoryItem item) {
    AtomicInteger count = looks.get(item.id());
    Optional<Boolean> written = isBeingWritten(item);
    return written.isPresent()
        ? !written.get()
        : count == null || count.incrementAndGet() > LOOKS_MAX;
  }

  /// @return empty if it cannot be said, as when its disk is away
  Optional<Boolean> isBeingWritten(HistoryItem item) {
    try {
      return disk.isBeingWritten(item.place());
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }
}
