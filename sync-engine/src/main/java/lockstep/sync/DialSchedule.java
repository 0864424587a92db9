package lockstep.sync;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import lockstep.base.Entropy;
import lockstep.base.PeerId;

/// When whom to dial: exponential backoff with jitter, and a circuit breaker for each peer (Nygard,
/// "Release It!", 2007). A connection closes the circuit only once it has held for a while: who
/// lets this device in and drops it at once is left alone for longer and longer, too, since each
/// handshake costs both sides.
///
/// Pure: no I/O, threads or clock; times are monotonic nanoseconds. Not thread-safe.
final class DialSchedule {
  static final Duration FIRST_PAUSE = Duration.ofMillis(300);
  static final Duration LAST_PAUSE = Duration.ofMinutes(1);

  /// However often the local network says that a peer is there.
  static final Duration HINTED_PAUSE = Duration.ofSeconds(1);

  /// How long a connection has to hold, to count as one.
  static final Duration STEADY = Duration.ofSeconds(10);

  private final Entropy entropy;
  private final Map<PeerId, Circuit> circuits = new HashMap<>();

  /// What is known of a peer since a connection to it held.
  ///
  /// @param failures dials in vain since there was any connection
  /// @param brief connections in a row that did not hold
  /// @param since when it was tried last or, if it is connected, since when
  /// @param due when to dial again
  private record Circuit(int failures, int brief, long since, long due) {}

  private static final Circuit UNKNOWN = new Circuit(0, 0, 0, 0);

  DialSchedule(Entropy entropy) {
    this.entropy = entropy;
  }

  /// How long a peer that is not connected is left alone; 0 or less if it is to be dialled now.
  long nanosUntilDue(PeerId peer, long now) {
    Circuit circuit = circuits.get(peer);
    return circuit == null ? 0 : circuit.due() - now;
  }

  void failed(PeerId peer, long now) {
    Circuit last = circuits.getOrDefault(peer, UNKNOWN);
    long due = now + pause(last.failures() + last.brief());
    circuits.put(peer, new Circuit(last.failures() + 1, last.brief(), now, due));
  }

  void connected(PeerId peer, long now) {
    circuits.put(peer, new Circuit(0, circuits.getOrDefault(peer, UNKNOWN).brief(), now, now));
  }

  void disconnected(PeerId peer, long now) {
    Circuit last = circuits.remove(peer);
    if (last == null || now - last.since() >= STEADY.toNanos()) return;
    circuits.put(peer, new Circuit(0, last.brief() + 1, now, now + pause(last.brief())));
  }

  /// Somebody says that a peer is there. Nobody vouches for that, so it shortens the pause to
  /// [#HINTED_PAUSE] and no further; and not for one whose connections do not hold, for that it is
  /// there was not the question.
  void hint(PeerId peer) {
    circuits.computeIfPresent(
        peer,
        (_, last) ->
            last.brief() > 0
                ? last
                : new Circuit(
                    last.failures(),
                    last.brief(),
                    last.since(),
                    Math.min(last.due(), last.since() + HINTED_PAUSE.toNanos())));
  }

  /// Whether a peer was dialled in vain since it was here last.
  boolean hasFailed(PeerId peer) {
    return circuits.getOrDefault(peer, UNKNOWN).failures() > 0;
  }

  /// Forgets all others.
  void keepOnly(Set<PeerId> peers) {
    circuits.keySet().retainAll(peers);
  }

  /// Doubles each time; up to a quarter more or less, so that two devices fall out of step.
  private long pause(int times) {
    long base = Math.min(LAST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << Math.min(times, 20));
    int jitter = entropy.bytes(1)[0];
    return base + base / 4 * jitter / 128;
  }
}
