package lockstep.p2p;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lockstep.base.PeerId;

/// With whom a direct way is to be looked for, and when. Pure: no I/O, threads or clock; times are
/// monotonic nanoseconds. Not thread-safe.
final class PunchSchedule {
  private static final long MINUTE = 60_000_000_000L;

  private final PunchLimits limits;
  private final Map<PeerId, Attempt> attempts = new HashMap<>();
  private final Map<PeerId, Minute> asked = new HashMap<>();

  private record Attempt(int failures, long due, boolean underWay) {}

  private record Minute(long began, int requests) {}

  PunchSchedule(PunchLimits limits) {
    this.limits = limits;
  }

  /// A peer has come through a relay.
  void add(PeerId peer, long now) {
    attempts.putIfAbsent(peer, new Attempt(0, now, false));
  }

  /// Whom to try now; each counts as under way from here on.
  List<PeerId> begin(long now) {
    List<PeerId> due =
        attempts.entrySet().stream()
            .filter(e -> !e.getValue().underWay() && now - e.getValue().due() >= 0)
            .map(Map.Entry::getKey)
            .toList();
    due.forEach(
        peer ->
            attempts.computeIfPresent(peer, (_, a) -> new Attempt(a.failures(), a.due(), true)));
    return due;
  }

  /// It did not work; it will be tried again.
  void failed(PeerId peer, long now) {
    attempts.computeIfPresent(
        peer,
        (_, a) -> {
          long pause = limits.firstRetry().toNanos() << Math.min(a.failures(), 20);
          long due = now + Math.min(limits.lastRetry().toNanos(), pause);
          return new Attempt(a.failures() + 1, due, false);
        });
  }

  /// There is a direct connection, or none at all any more.
  void forget(PeerId peer) {
    attempts.remove(peer);
  }

  /// Nobody is left of the peer.
  void gone(PeerId peer) {
    attempts.remove(peer);
    asked.remove(peer);
  }

  /// Whether a peer may have this device dial; counts that it asked.
  boolean mayAsk(PeerId peer, long now) {
    Minute minute = asked.getOrDefault(peer, new Minute(now, 0));
    if (now - minute.began() >= MINUTE) minute = new Minute(now, 0);
    asked.put(peer, new Minute(minute.began(), minute.requests() + 1));
    return minute.requests() < limits.requestsPerMinute();
  }

  /// How long nothing is due, as long as nobody comes.
  long nanosToNext(long now) {
    return attempts.values().stream()
        .filter(attempt -> !attempt.underWay())
        .mapToLong(attempt -> Math.max(0, attempt.due() - now))
        .min()
        .orElse(limits.lastRetry().toNanos());
  }
}
