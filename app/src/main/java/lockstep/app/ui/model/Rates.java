package lockstep.app.ui.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How fast content came and went lately, by device, from what each look says was transferred in
/// all. Owned by the thread that draws.
public final class Rates {
  /// What is older is forgotten.
  public static final Duration SPAN = Duration.ofMinutes(2);

  private final Map<String, Deque<Count>> counts = new HashMap<>();

  private record Count(Instant at, long received, long sent) {}

  /// Bytes a second that were reached at a moment.
  public record Point(Instant at, double received, double sent) {}

  public void note(Instant at, List<Peer> peers) {
    for (Peer peer : peers) {
      Deque<Count> known = counts.computeIfAbsent(peer.peerId(), _ -> new ArrayDeque<>());
      boolean anew = !known.isEmpty() && known.getLast().received() > peer.bytesReceived();
      if (anew || !peer.connected()) known.clear(); // a connection of its own
      if (peer.connected()) {
        known.addLast(new Count(at, peer.bytesReceived(), peer.bytesSent()));
      }
      while (!known.isEmpty() && known.getFirst().at().isBefore(at.minus(SPAN))) {
        known.removeFirst();
      }
    }
  }

  /// Oldest first.
  public List<Point> of(String peerId) {
    var points = new java.util.ArrayList<Point>();
    Count before = null;
    for (Count count : counts.getOrDefault(peerId, new ArrayDeque<>())) {
      if (before != null) points.add(between(before, count));
      before = count;
    }
    return points;
  }

  private static Point between(Count from, Count to) {
    double seconds = Math.max(0.001, Duration.between(from.at(), to.at()).toNanos() / 1e9);
    return new Point(
        to.at(),
        Math.max(0, to.received() - from.received()) / seconds,
        Math.max(0, to.sent() - from.sent()) / seconds);
  }
}
