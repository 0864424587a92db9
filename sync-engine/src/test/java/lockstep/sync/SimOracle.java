package lockstep.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.RelPath;
import lockstep.chunk.Splitter;
import lockstep.lease.LockMarker;

/// Knows what users saved and what they threw away themselves, and so what must still be there.
///
/// Every save of a simulated user has bytes that no other save has. A saved content is *owed* until
/// a user overwrites or deletes it where it stands before their eyes; then it was their wish. A
/// power cut takes what was not on stable storage anywhere: that is nobody's debt either.
@SuppressWarnings("ReferenceEquality") // here identity is what is meant
final class SimOracle {
  private static final RelPath STAGING = RelPath.of(".lockstep/staging");

  private static final Blake3 EMPTY = Blake3.of(new byte[0]);

  private final List<SimDevice> devices;

  /// Every state that a user's file ever went through.
  private final Set<Blake3> legitimate = new HashSet<>();

  /// All that users ever saved. A program that gives a file its final name may have got another,
  /// older one for its own, if that was renamed meanwhile.
  private final Set<Blake3> everSaved = new HashSet<>();

  /// Owed contents, and who saved them where.
  private final Map<Blake3, String> owed = new LinkedHashMap<>();

  /// Contents that had another name before.
  private final Set<Blake3> moved = new HashSet<>();

  /// The devices on which users gave them which names.
  private final Map<Put, Set<Integer>> movers = new HashMap<>();

  /// Where users have put them.
  private final Set<Put> put = new HashSet<>();

  /// What was a conflict copy until its user gave it another name, or what a power cut brought back
  /// into one: that may stand there beside another copy.
  private final Set<Blake3> unbound = new HashSet<>();

  /// The conflict copies on a device whose power is about to go.
  private final Map<RelPath, Blake3> copiesBefore = new HashMap<>();

  /// Contents whose files users gave other names: until that is durable, a power cut may leave them
  /// neither the old nor the new one.
  private final Set<Blake3> renamed = new HashSet<>();

  /// What was done away with elsewhere before the program that saved it gave it its last name.
  private final Set<Blake3> released = new HashSet<>();

  /// Those of both that stood on a disk when its power went. If they are gone then, that looks like
  /// a deletion to Lockstep, or they stand where they were done away with; the history of some
  /// device will do.
  private final Set<Blake3> taken = new HashSet<>();

  /// What a user saved last at a path of a device.
  private final Map<String, Blake3> lastSaved = new HashMap<>();

  private record Put(Blake3 content, RelPath path) {}

  SimOracle(List<SimDevice> devices) {
    this.devices = devices;
    legitimate.add(EMPTY);
  }

  /// A user's file had these bytes for a moment, or a crash left them of it.
  void seen(byte[] bytes) {
    legitimate.add(Blake3.of(bytes));
  }

  void saved(SimDevice device, RelPath path, byte[] bytes) {
    Blake3 hash = Blake3.of(bytes);
    device.log("saved " + path + " " + hash.brief());
    if (everSaved.add(hash)) owed.put(hash, where(device, path)); // else it is a file renamed
    lastSaved.put(where(device, path), hash);
  }

  private static String where(SimDevice device, RelPath path) {
    return device.name + ":" + path;
  }

  /// A user does away with what stands at a path, in the moment in which Lockstep has taken out
  /// what they had saved there, to look at it: it is that save that they mean.
  void releasedInBetween(SimDevice device, RelPath path) {
    Blake3 last = lastSaved.get(where(device, path));
    var visible = new HashSet<Blake3>();
    device.files.forEachFile(
        (at, hash) -> {
          if (!at.isReserved()) visible.add(hash);
        });
    if (last != null && !visible.contains(last)) owed.remove(last);
  }

  /// A user gives another name to what stands there.
  void renamed(SimDevice device, RelPath from) {
    device.files.forEachFile(
        (path, hash) -> {
          if (path.startsWith(from)) renamed.add(hash);
        });
  }

  /// A user gives a file with these bytes another name. If somebody has locked it that is undone,
  /// and what stands under the other name may be kept as well.
  void moved(SimDevice device, byte[] bytes, RelPath from, RelPath to) {
    moved.add(Blake3.of(bytes));
    if (isCopy(from)) unbound.add(Blake3.of(bytes));
    movers.computeIfAbsent(new Put(Blake3.of(bytes), to), _ -> new HashSet<>()).add(device.number);
    put(bytes, to);
  }

  /// Whether several people gave files with these bytes one name, each on their own: these are
  /// several versions, each of which may have lost it.
  private boolean isOfSeveral(Blake3 content, RelPath path) {
    return movers.getOrDefault(new Put(content, path), Set.of()).size() > 1;
  }

  /// A user puts these bytes where they stay, or stand for a moment.
  void put(byte[] bytes, RelPath at) {
    put.add(new Put(Blake3.of(bytes), at));
  }

  /// A user did away with what had these bytes.
  void released(SimDevice device, byte[] bytes) {
    Blake3 hash = Blake3.of(bytes);
    device.log("did away with " + hash.brief());
    if (owed.remove(hash) == null) released.add(hash);
  }

  /// The power of a device is about to go.
  void powerCut(SimDevice device) {
    copiesBefore.clear();
    device.files.forEachFile(
        (path, hash) -> {
          if (isCopy(path)) copiesBefore.put(path, hash);
        });
    var kept = new HashSet<Blake3>();
    for (SimDevice each : devices) {
      if (each == device) {
        each.files.forEachSafeFile((path, hash) -> add(path, hash, kept));
        each.files.forEachFile(
            (path, hash) -> {
              if (renamed.contains(hash) || released.contains(hash)) taken.add(hash);
            });
      } else {
        each.files.forEachFile((path, hash) -> add(path, hash, kept));
      }
    }
    owed.keySet().retainAll(kept);
  }

  /// The power has gone. What a user had given another name, and no disk shows any more, went with
  /// that name: nobody can bring it back.
  void powerWasCut(SimDevice device) {
    device.files.forEachFile(
        (path, hash) -> {
          if (isCopy(path) && !hash.equals(copiesBefore.get(path))) unbound.add(hash);
        });
    var kept = new HashSet<Blake3>();
    devices.forEach(each -> each.files.forEachFile((path, hash) -> add(path, hash, kept)));
    owed.keySet().removeIf(hash -> renamed.contains(hash) && !kept.contains(hash));
  }

  /// What is staged is on its way, no member has it yet.
  private static void add(RelPath path, Blake3 hash, Set<Blake3> contents) {
    if (!path.startsWith(STAGING)) contents.add(hash);
  }

  /// Every file that a user can see has a content that a user once made.
  void checkNothingInvented() {
    for (SimDevice device : devices) {
      device.files.forEachFile(
          (path, hash) -> {
            boolean marker = LockMarker.isLikely(path.name());
            if (!path.isReserved() && !marker && !legitimate.contains(hash)) {
              throw new SimFailure(
                  "torn", device.name + " shows " + path + " with bytes that nobody saved");
            }
          });
    }
  }

  /// Every owed content is current or a conflict copy somewhere.
  ///
  /// @param orKept whether the history of some device will do
  void checkNothingLost(boolean orKept) {
    var found = new HashSet<Blake3>();
    for (SimDevice device : devices) {
      device.files.forEachFile(
          (path, hash) -> {
            if (!path.isReserved() || orKept || taken.contains(hash)) add(path, hash, found);
          });
    }
    var lost = new ArrayList<String>();
    owed.forEach(
        (hash, where) -> {
          if (!found.contains(hash)) lost.add(where + " (" + hash.brief() + ")");
        });
    if (!lost.isEmpty()) throw new SimFailure("lost", "saved and lost: " + lost);
  }

  /// Whether no device has the bytes of a file.
  boolean isNowhere(Content content) {
    var found = new HashSet<Content>();
    for (SimDevice device : devices) {
      device.files.forEachBytes(
          (path, bytes) -> {
            if (bytes.length == content.size() && !path.startsWith(STAGING)) {
              found.add(contentOf(bytes));
            }
          });
    }
    return !found.contains(content);
  }

  private static Content contentOf(byte[] bytes) {
    try {
      return Splitter.split(
              (to, offset, length, position) -> {
                int count = (int) Math.min(length, bytes.length - position);
                if (count <= 0) return -1;
                System.arraycopy(bytes, (int) position, to, offset, count);
                return count;
              },
              bytes.length,
              (_, _) -> {})
          .content();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Devices show the same tree, as far as their disks can hold it.
  ///
  /// @param exact one that can hold all of it
  /// @param except paths at which they cannot
  void checkConverged(SimDevice exact, Predicate<RelPath> except) {
    Map<RelPath, String> first = exact.tree();
    for (SimDevice device : devices) {
      Map<RelPath, String> other = withWhatCannotStand(device, first);
      if (other.equals(first)) continue;
      first.keySet().removeIf(except);
      other.keySet().removeIf(except);
      if (!other.equals(first)) {
        throw new SimFailure(
            "diverged", exact.name + " and " + device.name + difference(first, other));
      }
    }
  }

  /// What a device shows, and what it rightly does not: names that its disk takes for others that
  /// it shows, with all below them.
  private static Map<RelPath, String> withWhatCannotStand(
      SimDevice device, Map<RelPath, String> all) {
    Map<RelPath, String> shown = device.tree();
    var tree = new TreeMap<>(shown);
    all.forEach(
        (path, what) -> {
          if (device.cannotShow(path, shown.keySet())) tree.putIfAbsent(path, what);
        });
    return tree;
  }

  static String difference(Map<RelPath, String> one, Map<RelPath, String> other) {
    var text = new StringBuilder();
    var all = new java.util.TreeSet<>(one.keySet());
    all.addAll(other.keySet());
    for (RelPath path : all) {
      String a = one.getOrDefault(path, "nothing");
      String b = other.getOrDefault(path, "nothing");
      if (!a.equals(b))
        text.append("\n  ").append(path).append(": ").append(a).append(" | ").append(b);
    }
    return text.toString();
  }

  private static boolean isCopy(RelPath path) {
    return !path.isReserved() && path.name().contains(" (conflict ");
  }

  /// Of what a file is a conflict copy: that may be one, too.
  private static RelPath original(RelPath copy) {
    int mark = copy.name().lastIndexOf(" (conflict ");
    int end = copy.name().indexOf(')', mark);
    return copy.parent().resolve(copy.name().substring(0, mark) + copy.name().substring(end + 1));
  }

  /// No losing value has two conflict copies. (What people renamed may have lost under two names,
  /// and what they gave the name of a copy is none.)
  ///
  /// @param locks whether people lock files
  void checkOneCopyEach(boolean locks) {
    for (SimDevice device : devices) {
      var copies = new HashMap<Blake3, RelPath>();
      device.files.forEachFile(
          (path, hash) -> {
            if (!isCopy(path)
                || put.contains(new Put(hash, path))
                || unbound.contains(hash)
                || hash.equals(EMPTY)
                || locks && moved.contains(hash)) {
              return;
            }
            RelPath before = copies.put(hash, path);
            if (before != null
                && before.parent().equals(path.parent())
                && !isOfSeveral(hash, original(path))
                && !(moved.contains(hash) && !original(before).equals(original(path)))) {
              throw new SimFailure(
                  "copied", "one content has the copies " + before + " and " + path);
            }
          });
    }
  }
}
