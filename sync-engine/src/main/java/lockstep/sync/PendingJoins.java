package lockstep.sync;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lockstep.p2p.PeerStream;

/// The joins of this device that wait for a person elsewhere. Thread-safe.
final class PendingJoins {
  /// A little longer than an honest admitter keeps anybody waiting.
  private static final Duration PATIENCE = JoinServer.PATIENCE.plusMinutes(1);

  private final List<Waiting> waiting = new ArrayList<>();

  private record Waiting(PendingJoin join, PeerStream stream, CountDownLatch over) {}

  /// Something that ends when the other side answers.
  interface Answer<T> {
    T await() throws UserException, java.io.IOException;
  }

  synchronized List<PendingJoin> all() {
    return waiting.stream().map(Waiting::join).toList();
  }

  /// Waits for an answer, but not for ever, and not after [#cancel]: then the stream is reset.
  <T> T during(PendingJoin join, PeerStream stream, Answer<T> answer)
      throws UserException, java.io.IOException {
    cancel(join.path());
    var one = new Waiting(join, stream, new CountDownLatch(1));
    synchronized (this) {
      waiting.add(one);
    }
    Thread.ofVirtual().name("join").start(() -> giveUp(one));
    try {
      return answer.await();
    } finally {
      one.over().countDown();
      synchronized (this) {
        waiting.remove(one);
      }
    }
  }

  private static void giveUp(Waiting one) {
    try {
      if (!one.over().await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) one.stream().reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
