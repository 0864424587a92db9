package lockstep.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import lockstep.base.RelPath;

/// Users who wait to learn what became of the lock that they asked for. Owned by the folder's loop.
final class LockReplies {
  private final Map<RelPath, List<LockReply>> waiting = new HashMap<>();

  void add(RelPath path, LockReply reply) {
    waiting.computeIfAbsent(path, _ -> new ArrayList<>()).add(reply);
  }

  /// Waits no more.
  void remove(RelPath path, LockReply reply) {
    waiting.computeIfPresent(
        path,
        (_, replies) -> {
          replies.remove(reply);
          return replies.isEmpty() ? null : replies;
        });
  }

  boolean areAwaited(RelPath path) {
    return waiting.containsKey(path);
  }

  /// Tells all who wait, who then wait no more.
  void answer(RelPath path, Consumer<LockReply> answer) {
    List<LockReply> replies = waiting.remove(path);
    if (replies != null) replies.forEach(answer);
  }
}
