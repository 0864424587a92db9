package lockstep.ledger;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.base.VersionVector;

/// Makes the tree follow the entries. Guarded by the ledger's lock.
///
/// @param chains what the entries of the tree are in
record TreeBuilder(EntryStore store, Chains chains) {
  void apply(Entry entry, Origin origin, Membership by, TreeState tree, Consumer<RelPath> changed)
      throws IOException {
    if (Wording.local(entry.payload(), origin.sight(), chains)
            instanceof Payload.Changes(var changes)
        && !by.isVoid(origin.writer(), origin.sequence(), origin.clock())) {
      tree.apply(origin, changes, changed);
    }
  }

  void settle(TreeState tree, Membership by, Consumer<RelPath> changed) throws IOException {
    tree.settle(this::version, by::name, changed);
  }

  private Version version(Origin origin, RelPath path) throws IOException {
    Change change = store.change(origin, path);
    VersionVector base = origin.sight().local(change.base(), chains);
    return VersionTable.version(origin, change.node(), origin.history(base)).under(change.epoch());
  }

  /// What counts has changed: a new tree from all entries.
  TreeState rebuild(TreeState old, Membership by, Set<RelPath> changed) throws IOException {
    TreeState tree = build(by);
    settle(tree, by, _ -> {});
    old.forEachLive(
        (path, was) -> {
          if (!tree.get(path).equals(Optional.of(was))) changed.add(path);
        });
    tree.forEachLive(
        (path, is) -> {
          if (!old.get(path).equals(Optional.of(is))) changed.add(path);
        });
    return tree;
  }

  /// A new tree, not settled yet.
  TreeState build(Membership by) throws IOException {
    var tree = new TreeState();
    var unwatched = new HashSet<RelPath>();
    for (Origin origin : chains.order()) {
      apply(store.read(origin), origin, by, tree, unwatched::add);
      unwatched.clear();
    }
    return tree;
  }
}
