package lockstep.p2p;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import lockstep.base.PeerId;

/// What a relay has promised and to whom, counted against its limits. Pure: no I/O, threads or
/// clock; times are monotonic nanoseconds. Not thread-safe.
///
/// Whether somebody belongs here is asked before anything else, so that a stranger learns nothing
/// of who has a reservation, and takes up nothing.
final class RelayDesk {
  private static final long MINUTE = 60_000_000_000L;

  private final RelayLimits limits;
  private final Predicate<PeerId> mayReserve;
  private final Meeting mayMeet;

  /// When each reservation ends.
  private final Map<PeerId, Long> reservations = new HashMap<>();

  private final Map<Pair, Integer> circuits = new HashMap<>();
  private final Map<PeerId, Minute> asked = new HashMap<>();
  private int circuitCount;

  /// Whether two peers may be connected.
  @FunctionalInterface
  interface Meeting {
    boolean allowed(PeerId from, PeerId to);
  }

  private record Pair(PeerId from, PeerId to) {
    boolean involves(PeerId peer) {
      return from.equals(peer) || to.equals(peer);
    }
  }

  private record Minute(long began, int requests) {}

  RelayDesk(RelayLimits limits, Predicate<PeerId> mayReserve, Meeting mayMeet) {
    this.limits = limits;
    this.mayReserve = mayReserve;
    this.mayMeet = mayMeet;
  }

  /// A peer wants others to reach it; if that is fine it is promised [RelayLimits#reservationTime].
  RelayStatus reserve(PeerId peer, long now) {
    if (!mayReserve.test(peer)) return RelayStatus.PERMISSION_DENIED;
    if (asksTooMuch(peer, now)) return RelayStatus.RESERVATION_REFUSED;
    reservations.values().removeIf(end -> now - end >= 0);
    if (!reservations.containsKey(peer) && reservations.size() >= limits.reservations()) {
      return RelayStatus.RESERVATION_REFUSED;
    }
    reservations.put(peer, now + limits.reservationTime().toNanos());
    return RelayStatus.OK;
  }

  /// A peer wants to reach another; if that is fine a circuit is counted until [#ended].
  RelayStatus connect(PeerId from, PeerId to, long now) {
    if (!mayReserve.test(from) || !mayMeet.allowed(from, to)) return RelayStatus.PERMISSION_DENIED;
    if (asksTooMuch(from, now)) return RelayStatus.RESOURCE_LIMIT_EXCEEDED;
    Long end = reservations.get(to);
    if (end == null || now - end >= 0 || from.equals(to)) return RelayStatus.NO_RESERVATION;
    boolean full =
        circuitCount >= limits.circuits()
            || circuitsOf(from) >= limits.circuitsPerPeer()
            || circuitsOf(to) >= limits.circuitsPerPeer()
            || between(from, to) >= limits.circuitsPerPair();
    if (full) return RelayStatus.RESOURCE_LIMIT_EXCEEDED;
    circuits.merge(new Pair(from, to), 1, Integer::sum);
    circuitCount++;
    return RelayStatus.OK;
  }

  /// A circuit is over, or did not come about.
  void ended(PeerId from, PeerId to) {
    circuits.computeIfPresent(new Pair(from, to), (_, count) -> count == 1 ? null : count - 1);
    circuitCount--;
  }

  /// The last direct connection to a peer is gone, and with it what it was promised.
  void gone(PeerId peer) {
    reservations.remove(peer);
    asked.remove(peer);
  }

  private boolean asksTooMuch(PeerId peer, long now) {
    Minute minute = asked.getOrDefault(peer, new Minute(now, 0));
    if (now - minute.began() >= MINUTE) minute = new Minute(now, 0);
    asked.put(peer, new Minute(minute.began(), minute.requests() + 1));
    return minute.requests() >= limits.requestsPerMinute();
  }

  private int circuitsOf(PeerId peer) {
    return circuits.entrySet().stream()
        .filter(circuit -> circuit.getKey().involves(peer))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  private int between(PeerId one, PeerId other) {
    return circuits.getOrDefault(new Pair(one, other), 0)
        + circuits.getOrDefault(new Pair(other, one), 0);
  }
}
