package lockstep.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import lockstep.base.Folding;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.conflict.ConflictName;
import lockstep.ledger.GlobalTree;
import lockstep.ledger.Ledger;

/// The three trees of a folder, and the paths that are to be planned because something happened to
/// them in one of the trees. *Global* is what the ledger says, *Disk* what was last observed,
/// *Applied* what this device last made the disk equal to, and therefore the merge base. Owned by
/// the folder's loop.
final class Trees {
  private final Ledger ledger;
  private final DiskTree disk;
  private final Map<RelPath, Applied> applied;
  private final Former former;
  private final TreeSet<RelPath> unplanned = new TreeSet<>();

  /// @param former judges `applied` where that is in doubt
  /// @param folding which names are one on this disk
  Trees(Ledger ledger, Map<RelPath, Applied> applied, Former former, Folding folding) {
    this.ledger = ledger;
    this.disk = new DiskTree(folding);
    this.applied = applied;
    this.former = former;
  }

  DiskTree disk() {
    return disk;
  }

  GlobalTree global() {
    return ledger.global();
  }

  /// The official node, absent where the ledger has none.
  Node global(RelPath path) {
    return global().get(path).map(version -> version.node()).orElse(Node.ABSENT);
  }

  /// Whether neither ledger nor disk has a name, nor the disk one that it takes for it.
  boolean isFree(RelPath name) {
    return !global(name).isLive()
        && disk.get(name).isEmpty()
        && disk.names().beside(name).isEmpty();
  }

  /// Whether the official version of a path has been shown here.
  boolean isApplied(RelPath path) {
    return global(path).equals(applied(path).ledger());
  }

  /// The merge base of a path.
  Applied applied(RelPath path) {
    Applied recorded = applied.getOrDefault(path, Applied.NOTHING);
    Applied known =
        former.doubts(path)
            ? former.applied(path, recorded, disk.node(path), global(path))
            : recorded;
    return known.unattended() && !disk.node(path).isLive() ? Applied.NOTHING : known;
  }

  /// The name that a version has again whose copy this device had at a path, until its user changed
  /// or deleted that: it was done to the version. Empty once that is recorded under the name.
  Optional<RelPath> regained(RelPath copy) {
    return ConflictName.original(copy)
        .filter(name -> hasAgain(name, copy) && !applied(name).ledger().isLeaf());
  }

  private boolean hasAgain(RelPath name, RelPath copy) {
    Node had = applied(copy).ledger();
    return had.isLeaf()
        && global(name).equals(had)
        && !global(copy).equals(had)
        && !disk.node(copy).sameContent(had);
  }

  /// What is recorded of a path, whatever may be made of it now.
  Applied recorded(RelPath path) {
    return applied.getOrDefault(path, Applied.NOTHING);
  }

  /// That nothing stands at the path is no deletion from now on.
  ///
  /// @return what is to be recorded; empty if there is nothing new
  Optional<Applied> lookAwayFrom(RelPath path) {
    Applied recorded = applied.get(path);
    if (recorded == null || recorded.unattended()) return Optional.empty();
    applied.put(path, recorded.unattendedNow());
    return Optional.of(recorded.unattendedNow());
  }

  Map<RelPath, Applied> applied() {
    return Collections.unmodifiableMap(applied);
  }

  void apply(RelPath path, Applied now) {
    former.settle(path);
    if (now.equals(Applied.NOTHING)) {
      applied.remove(path);
    } else {
      applied.put(path, now);
    }
  }

  /// Whether nothing may be made yet of what stands at a path: who has come back from a backup
  /// would take for an edit of its own what others know as a version.
  boolean asksOthers(RelPath path) {
    return former.asksOthers(path);
  }

  /// Whether what waits to be published may be old news, for all that others know.
  boolean isInDoubt() {
    return former.isInDoubt();
  }

  /// What others know is in the ledger now.
  void heardOthers() {
    if (former.heardOthers()) replanAll();
  }

  /// Disk and ledger were the same everywhere else.
  ///
  /// @return what is in doubt still, if that has changed
  Optional<Set<RelPath>> trustApplied(Set<RelPath> troubled) {
    return former.trust(troubled);
  }

  /// Every path that any tree knows.
  Set<RelPath> all() {
    var all = new HashSet<>(applied.keySet());
    global().forEachLive((path, _) -> all.add(path));
    all.addAll(disk.below(RelPath.ROOT));
    return all;
  }

  void replan(RelPath path) {
    unplanned.add(path);
  }

  void replan(Collection<RelPath> paths) {
    unplanned.addAll(paths);
  }

  /// Every path that any tree knows is planned anew.
  void replanAll() {
    unplanned.addAll(applied.keySet());
    global().forEachLive((path, _) -> unplanned.add(path));
  }

  /// The disk was looked through for the first time: what was seen is to be planned already, unless
  /// it was [settled][#isSettled]; now what was not seen is.
  void replanUnseen() {
    applied.keySet().forEach(this::replanUnlessSeen);
    global().forEachLive((path, _) -> replanUnlessSeen(path));
  }

  private void replanUnlessSeen(RelPath path) {
    if (disk.get(path).isEmpty()) unplanned.add(path);
  }

  /// Whether the three trees say the same of a path, beyond doubt.
  boolean isSettled(RelPath path) {
    Applied recorded = applied.get(path);
    return recorded != null
        && !recorded.unattended()
        && recorded.disk().equals(disk.node(path))
        && recorded.ledger().equals(global(path))
        && !former.doubts(path);
  }

  /// A copy: planning takes paths out.
  List<RelPath> unplanned() {
    return new ArrayList<>(unplanned);
  }

  boolean isUnplanned(RelPath path) {
    return unplanned.contains(path);
  }

  void planned(RelPath path) {
    unplanned.remove(path);
  }

  boolean allPlanned() {
    return unplanned.isEmpty();
  }
}
