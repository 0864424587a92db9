package lockstep.lease;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lockstep.base.RelPath;
import org.jspecify.annotations.Nullable;

/// What must hold at every step of a simulated cluster, and at its end.
final class LeaseChecks {
  /// From a holder's last word on, whatever befell it, until others may have its lock.
  private static final long OUTLIVED = 120 * LeaseWorld.SECOND;

  /// Two that are connected for so long both know who has the lock.
  private static final long TOLD = 65 * LeaseWorld.SECOND;

  /// What a device that has learned of a new membership minds of the old one, by its own clock.
  private static final long MEMBERS_OVERLAP = 100 * LeaseWorld.SECOND;

  private record Term(RelPath path, long epoch) {}

  private record FirmLock(LeaseDevice holder, int view, boolean isOverride) {}

  private final LeaseWorld world;
  private final Map<Term, FirmLock> firm = new HashMap<>();
  private final Map<RelPath, Long> epochFirm = new HashMap<>();
  private final Map<RelPath, Long> epochSaved = new HashMap<>();
  private final Map<List<Object>, Long> bothSince = new HashMap<>();

  LeaseChecks(LeaseWorld world) {
    this.world = world;
  }

  void all() {
    world.devices.stream().filter(LeaseDevice::isAwake).forEach(this::device);
  }

  void device(LeaseDevice device) {
    for (RelPath path : world.paths) {
      long epoch = epoch(device, path);
      if (epoch > 0) firm(device, path, epoch);
      both(device, path);
      outlived(device, path);
    }
  }

  private static long epoch(LeaseDevice device, RelPath path) {
    return device.isAwake() ? device.leases.fencingEpoch(device.now(), path) : 0;
  }

  private static boolean isOverride(LeaseDevice device, RelPath path) {
    return device.leases.standing(path) instanceof Standing.Mine(var lock, _, _)
        && lock.isOverride();
  }

  /// One holder for each epoch, and one at a time.
  private void firm(LeaseDevice device, RelPath path, long epoch) {
    var lock = new FirmLock(device, device.view, isOverride(device, path));
    FirmLock before = firm.putIfAbsent(new Term(path, epoch), lock);
    if (before != null
        && before.holder != device
        && world.majoritiesMeet(before.view, device.view)
        && !isExcused(before.holder, device)) {
      throw world.failure(
          "two-firm-in-an-epoch",
          before.holder + " and " + device + " at " + epoch + " of " + path);
    }
    epochFirm.merge(path, epoch, Math::max);
    for (LeaseDevice other : world.devices) {
      long others = other == device ? 0 : epoch(other, path);
      if (others == 0 || isExcused(device, other)) continue;
      FirmLock later = firm.get(new Term(path, Math.max(epoch, others)));
      if (later == null || !later.isOverride) {
        throw world.failure(
            "two-firm-at-once",
            device + " at " + epoch + " and " + other + " at " + others + " of " + path);
      }
    }
  }

  /// While a change of the membership has not reached everybody for longer than leases run, or a
  /// device has restarted since, nobody can promise that two majorities meet.
  private boolean isExcused(LeaseDevice a, LeaseDevice b) {
    if (a.view == b.view) return false;
    LeaseDevice older = a.view < b.view ? a : b;
    LeaseDevice newer = older == a ? b : a;
    long learned = newer.viewLearnedAt.get(older.view);
    return world.now() - learned > MEMBERS_OVERLAP || newer.upSince > learned;
  }

  /// Who works on a file that a connected device has firmly is told so before long.
  private void both(LeaseDevice device, RelPath path) {
    for (LeaseDevice other : world.devices) {
      if (other == device) continue;
      var pair =
          List.<Object>of(
              Math.min(device.number, other.number), Math.max(device.number, other.number), path);
      boolean both =
          device.isAwake()
              && other.isAwake()
              && world.isLinked(device, other)
              && device.view == other.view
              && device.leases.standing(path) instanceof Standing.Mine(_, var a, _)
              && other.leases.standing(path) instanceof Standing.Mine(_, var b, _)
              && (a.isFirm() || b.isFirm());
      if (!both) {
        bothSince.remove(pair);
      } else if (world.now() - bothSince.computeIfAbsent(pair, _ -> world.now()) > TOLD) {
        throw world.failure("loser-not-told", device + " and " + other + " both have " + path);
      }
    }
  }

  /// What is shown as locked was said to be by its holder a short while ago.
  private void outlived(LeaseDevice device, RelPath path) {
    if (!(device.leases.standing(path) instanceof Standing.Theirs(var lock, _))) return;
    LeaseDevice holder =
        world.devices.stream().filter(it -> it.id.equals(lock.holder())).findFirst().orElseThrow();
    long heard = Math.max(holder.spokeAt.getOrDefault(path, 0L), device.upSince);
    if (world.now() - heard > OUTLIVED) {
      throw world.failure("outlived", device + " still sees " + path + " with " + holder);
    }
  }

  /// A save carries the epoch of a firm lock, its own; and once another has it by a later one, only
  /// who was broken and does not know carries the earlier, which is fenced.
  void saved(LeaseDevice device, RelPath path, long stamp) {
    if (stamp == 0) return;
    FirmLock lock = firm.get(new Term(path, stamp));
    if (lock != null
        && lock.holder != device
        && world.majoritiesMeet(lock.view, device.view)
        && !isExcused(lock.holder, device)) {
      throw world.failure("stale-save", device + " saves " + path + " as another's " + stamp);
    }
    long latest = epochFirm.getOrDefault(path, 0L);
    if (latest > stamp) {
      FirmLock later = firm.get(new Term(path, latest));
      if (later != null
          && later.holder != device
          && !later.isOverride
          && !isExcused(later.holder, device)) {
        throw world.failure("stale-save", device + " saves " + path + " under a lock long over");
      }
    }
    epochSaved.merge(path, stamp, Math::max);
  }

  long epochSaved(RelPath path) {
    return epochSaved.getOrDefault(path, 0L);
  }

  // ---- the end

  /// Everybody is up and connected for long: all know the same, and no file is read-only but for
  /// another's lock.
  void quiet() {
    for (RelPath path : world.paths) {
      var holders = new ArrayList<LeaseDevice>();
      for (LeaseDevice device : world.devices) {
        if (device.leases.standing(path) instanceof Standing.Mine) holders.add(device);
      }
      if (holders.size() > 1) {
        throw world.failure("no-agreement", holders + " all have " + path);
      }
      if (holders.isEmpty()) {
        free(path);
      } else {
        held(holders.getFirst(), path);
      }
    }
  }

  void held(LeaseDevice holder, RelPath path) {
    Standing mine = holder.leases.standing(path);
    if (!(mine instanceof Standing.Mine(_, var strength, _)) || !strength.isFirm()) {
      throw world.failure("not-firm", holder + " has " + path + " as " + mine);
    }
    for (LeaseDevice device : world.devices) {
      if (device == holder || !isMember(device)) continue;
      Standing standing = device.leases.standing(path);
      boolean knows =
          standing instanceof Standing.Theirs(var lock, _) && lock.holder().equals(holder.id);
      if (!knows) {
        throw world.failure("no-agreement", device + " sees " + path + " as " + standing);
      }
      looksLocked(device, path, true);
    }
    looksLocked(holder, path, false);
  }

  void free(RelPath path) {
    for (LeaseDevice device : world.devices) {
      if (!isMember(device)) continue;
      Standing standing = device.leases.standing(path);
      if (!standing.equals(Standing.FREE)) {
        throw world.failure("not-free", device + " sees " + path + " as " + standing);
      }
      looksLocked(device, path, false);
    }
  }

  private boolean isMember(LeaseDevice device) {
    return world.members(device.view).containsKey(device.id);
  }

  private void looksLocked(LeaseDevice device, RelPath path, boolean locked) {
    int mode = device.modes.getOrDefault(path, LeaseDevice.ORIGINAL_MODE);
    int wanted = locked ? LockMode.locked(LeaseDevice.ORIGINAL_MODE) : LeaseDevice.ORIGINAL_MODE;
    @Nullable LockMarker marker = device.markers.get(path);
    if (mode != wanted || (marker != null) != locked) {
      throw world.failure(
          "left-read-only",
          device + " has " + path + " with 0" + Integer.toOctalString(mode) + " and " + marker);
    }
  }
}
