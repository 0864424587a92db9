package lockstep.sync;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// The decisions of one turn on their way to becoming steps. Here a deletion and a download of the
/// same content meet and become a move, so that renaming a tree moves no content.
final class Plan {
  private final DiskTree disk;
  private final List<Step> steps = new ArrayList<>();
  private final List<Decision.Download> downloads = new ArrayList<>();
  private final List<Decision.Delete> deletes = new ArrayList<>();
  private final Set<RelPath> taken = new HashSet<>();
  private final Set<RelPath> respelled = new HashSet<>();
  private final List<RelPath> decided = new ArrayList<>();

  Plan(DiskTree disk) {
    this.disk = disk;
  }

  /// All paths that the plan changes.
  List<RelPath> decided() {
    return decided;
  }

  void download(Decision.Download download) {
    decided.add(download.path());
    downloads.add(download);
  }

  void delete(Decision.Delete delete) {
    decided.add(delete.path());
    deletes.add(delete);
  }

  void aside(Decision.KeepBoth both, RelPath copy) {
    aside(both.path(), copy, Optional.empty());
  }

  void aside(Decision.SetAside torn, RelPath copy) {
    aside(torn.path(), copy, Optional.of(torn.reason()));
  }

  private void aside(RelPath path, RelPath copy, Optional<String> torn) {
    taken.add(copy);
    decided.add(path);
    stat(path).ifPresent(stat -> steps.add(new Step.MoveAside(path, copy, stat, torn)));
  }

  /// Whether a step of this plan takes a name.
  boolean takes(RelPath path) {
    return taken.contains(path);
  }

  void step(Decision decision) {
    Optional<Disk.Stat> now = stat(decision.path());
    decided.add(decision.path());
    switch (decision) {
      case Decision.MakeDirectory(RelPath path, Node.Directory directory) ->
          steps.add(new Step.MakeDirectory(path, usable(directory), now));
      case Decision.MakeSymlink(RelPath path, Node.Symlink link) ->
          steps.add(new Step.MakeSymlink(path, link, now));
      case Decision.SetMetadata(RelPath path, Node node) ->
          now.ifPresent(stat -> steps.add(new Step.SetMetadata(path, node, stat)));
      default -> throw new IllegalArgumentException("not a step: " + decision);
    }
  }

  /// @param from how the directory's name is spelled now
  void respell(RelPath from, Decision.MakeDirectory decision) {
    respelled.addAll(List.of(from, decision.path()));
    steps.add(new Step.Respell(from, decision.path(), usable(decision.directory())));
  }

  /// Whether a step of this plan renames the directory in which a path lies.
  boolean respells(RelPath path) {
    return respelled.stream().anyMatch(path::startsWith);
  }

  /// A directory that its owner may not write to gets its mode once everything is in it.
  private static Node.Directory usable(Node.Directory directory) {
    return new Node.Directory(directory.mode() | 0700);
  }

  /// What has to be fetched; after [#steps] has taken out the moves.
  List<Decision.Download> downloads() {
    pairMoves();
    return downloads;
  }

  /// What can be done at once.
  List<Step> steps() {
    pairMoves();
    for (Decision.Delete delete : deletes) {
      stat(delete.path()).ifPresent(stat -> steps.add(new Step.Delete(delete.path(), stat)));
    }
    deletes.clear();
    return steps;
  }

  private void pairMoves() {
    if (deletes.isEmpty() || downloads.isEmpty()) {
      return;
    }
    Map<Content, Deque<RelPath>> sources = new HashMap<>();
    for (Decision.Delete delete : deletes) {
      if (disk.node(delete.path()) instanceof Node.File file) {
        sources.computeIfAbsent(file.content(), _ -> new ArrayDeque<>()).add(delete.path());
      }
    }
    var moved = new HashSet<RelPath>();
    downloads.removeIf(
        download -> {
          RelPath path = download.path();
          Deque<RelPath> source = sources.get(download.file().content());
          if (source == null || source.isEmpty() || disk.get(path).isPresent()) {
            return false;
          }
          // What the disk takes for the name is in the way of any other.
          RelPath from =
              disk.names().beside(path).filter(source::contains).orElseGet(source::getFirst);
          source.remove(from);
          moved.add(from);
          steps.add(new Step.Move(from, stat(from).orElseThrow(), path, download.file()));
          return true;
        });
    deletes.removeIf(delete -> moved.contains(delete.path()));
  }

  private Optional<Disk.Stat> stat(RelPath path) {
    return disk.get(path).map(Observed::stat);
  }
}
