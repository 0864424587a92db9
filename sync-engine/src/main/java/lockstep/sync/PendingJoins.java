package lockstep.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lockstep.p2p.Deadline;
import lockstep.p2p.PeerStream;

/// The joins of this device that wait for a person elsewhere. Thread-safe.
final class PendingJoins {
  /// A little longer than an honest admitter keeps anybody waiting.
  private static final Duration PATIENCE = JoinServer.PATIENCE.plusMinutes(1);

  private final List<Waiting> waiting = new ArrayList<>();

  private record Waiting(PendingJoin join, PeerStream stream) {}

  /// Something that ends when the other side answers.
  interface Answer<T> {
    T await() throws UserException, IOException;
  }

  synchronized List<PendingJoin> all() {
    return waiting.stream().map(Waiting::join).toList();
  }

  /// Waits for an answer, but not for ever, and not after [#cancel]: then the stream is reset.
  <T> T during(PendingJoin join, PeerStream stream, Answer<T> answer)
      throws UserException, IOException {
    cancel(join.path());
    var one = new Waiting(join, stream);
    synchronized (this) {
      waiting.add(one);
    }
    try (var _ = Deadline.after(PATIENCE, stream::reset)) {
      return answer.await();
    } finally {
      synchronized (this) {
        waiting.remove(one);
      }
    }
  }

  /// Ends the join into that directory, if one waits.
  ///
  /// @return whether one did
  synchronized boolean cancel(Path path) {
    boolean any = false;
    for (Waiting one : waiting) {
      if (one.join().path().equals(path)) {
        one.stream().reset();
        any = true;
      }
    }
    return any;
  }
}
