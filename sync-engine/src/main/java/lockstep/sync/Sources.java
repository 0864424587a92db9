package lockstep.sync;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// Files whose content is wanted elsewhere in the folder: they stay as they are until it stands
/// there, for the next source of it is a member. So a rename of which the new names were heard of
/// before the old ones' end fetches nothing, and puts nothing into the history. Owned by the
/// folder's loop.
final class Sources {
  private final Trees trees;

  /// What is to stand at a path, and does not yet.
  private final Map<RelPath, Content> coming = new HashMap<>();

  private final Map<Content, Set<RelPath>> wanted = new HashMap<>();

  /// What is planned again once the content is not wanted any more.
  private final Map<Content, Set<RelPath>> spared = new HashMap<>();

  Sources(Trees trees) {
    this.trees = trees;
  }

  void want(RelPath path, Content content) {
    coming.put(path, content);
    wanted.computeIfAbsent(content, _ -> new HashSet<>()).add(path);
  }

  /// It stands there now, or is given up.
  void release(RelPath path) {
    Content content = coming.remove(path);
    if (content == null) return;
    Set<RelPath> takers = wanted.getOrDefault(content, Set.of());
    takers.remove(path);
    if (takers.isEmpty()) {
      wanted.remove(content);
      Set<RelPath> waiting = spared.remove(content);
      if (waiting != null) trees.replan(waiting);
    }
  }

  boolean isWanted(Content content) {
    return wanted.containsKey(content);
  }

  /// Where a content that stands at a path is wanted.
  Set<RelPath> takers(RelPath path) {
    return trees.disk().node(path) instanceof Node.File file
        ? wanted.getOrDefault(file.content(), Set.of())
        : Set.of();
  }

  /// The steps that may be taken now.
  List<Step> sparing(List<Step> steps) {
    return wanted.isEmpty() ? steps : steps.stream().filter(step -> !spares(step)).toList();
  }

  private boolean spares(Step step) {
    return switch (step) {
      case Step.Move(RelPath from, _, RelPath to, _) -> spares(from, to);
      case Step.SetMetadata set -> spares(set.path(), set.path());
      case Step.Delete(RelPath path, _) ->
          trees.disk().below(path).stream().anyMatch(each -> spares(each, path));
      default -> false;
    };
  }

  private boolean spares(RelPath source, RelPath other) {
    if (trees.disk().node(source) instanceof Node.File file && isWanted(file.content())) {
      Stream.of(source, other)
          .forEach(spared.computeIfAbsent(file.content(), _ -> new HashSet<>())::add);
      return true;
    }
    return false;
  }
}
