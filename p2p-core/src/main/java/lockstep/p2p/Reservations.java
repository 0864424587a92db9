package lockstep.p2p;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import lockstep.base.PeerId;

/// Through whom this device can be reached, and whom to ask next. Pure: no I/O, threads or clock;
/// times are monotonic nanoseconds. Not thread-safe.
final class Reservations {
  /// What a relay promises counts as that much: its clock may be wrong, and nobody is asked all the
  /// time.
  private static final Duration LIFETIME_MIN = Duration.ofMinutes(15);

  private static final Duration LIFETIME_MAX = Duration.ofHours(24);

  /// After the first refusal; twice as long after each further one. Who has only just become a
  /// member may be unknown to others for a moment.
  private static final Duration FIRST_RETRY = Duration.ofSeconds(2);

  /// Addresses of one relay that are told on: each peer tells them to all others.
  private static final int ADDRESSES_MAX = 4;

  private final RelayLimits limits;
  private final Map<PeerId, Held> held = new LinkedHashMap<>();
  private final Map<PeerId, Refusal> refusals = new HashMap<>();

  private record Held(List<Multiaddr> addresses, long renew, long end) {}

  private record Refusal(int times, long again) {}

  Reservations(RelayLimits limits) {
    this.limits = limits;
  }

  /// Whom to ask now, for the first time or again.
  ///
  /// @param candidates connected directly and willing to relay, the preferred first
  Optional<PeerId> next(Collection<PeerId> candidates, long now) {
    held.values().removeIf(promise -> now - promise.end() >= 0);
    for (var promise : held.entrySet()) {
      boolean due = now - promise.getValue().renew() >= 0;
      if (due && candidates.contains(promise.getKey())) return Optional.of(promise.getKey());
    }
    if (held.size() >= limits.ownReservations()) return Optional.empty();
    return candidates.stream()
        .filter(peer -> !held.containsKey(peer))
        .filter(peer -> !refusals.containsKey(peer) || now - refusals.get(peer).again() >= 0)
        .findFirst();
  }

  /// A relay has promised.
  ///
  /// @param lifetime how long, as it says; renewed at two thirds of that
  void granted(PeerId relay, List<Multiaddr> addresses, Duration lifetime, long now) {
    long counted =
        Math.clamp(lifetime.toSeconds(), LIFETIME_MIN.toSeconds(), LIFETIME_MAX.toSeconds());
    long end = now + Duration.ofSeconds(counted).toNanos();
    long renew = now + Duration.ofSeconds(counted * 2 / 3).toNanos();
    refusals.remove(relay);
    held.put(relay, new Held(worthTelling(addresses), renew, end));
  }

  void refused(PeerId relay, long now) {
    held.remove(relay);
    int times = refusals.containsKey(relay) ? refusals.get(relay).times() : 0;
    long pause = Math.min(limits.retry().toNanos(), FIRST_RETRY.toNanos() << Math.min(times, 20));
    refusals.put(relay, new Refusal(times + 1, now + pause));
  }

  /// The connection to a relay is gone.
  ///
  /// @return whether it had promised
  boolean gone(PeerId relay) {
    refusals.remove(relay);
    return held.remove(relay) != null;
  }

  boolean holds(PeerId relay) {
    return held.containsKey(relay);
  }

  /// Where this device can be reached through others, without its own id.
  List<Multiaddr> addresses(long now) {
    var all = new ArrayList<Multiaddr>();
    held.forEach(
        (relay, promise) -> {
          if (now - promise.end() < 0) promise.addresses().forEach(a -> all.add(a.via(relay)));
        });
    return all;
  }

  /// How long nothing needs to be done, as long as nobody comes or goes.
  long nanosToNext(long now) {
    return LongStream.concat(
            held.values().stream().flatMapToLong(p -> LongStream.of(p.renew(), p.end())),
            refusals.values().stream().mapToLong(Refusal::again))
        .map(due -> due - now)
        .filter(wait -> wait > 0)
        .min()
        .orElse(LIFETIME_MAX.toNanos());
  }

  /// Plain addresses only: one through a further relay leads nowhere. Those of the relay's own
  /// computer mean nothing elsewhere, unless it has no others.
  private static List<Multiaddr> worthTelling(List<Multiaddr> addresses) {
    List<Multiaddr> plain =
        addresses.stream().filter(address -> address.tcpHost().isPresent()).distinct().toList();
    List<Multiaddr> abroad = plain.stream().filter(a -> !LocalAddress.isLoopback(a)).toList();
    return (abroad.isEmpty() ? plain : abroad).stream().limit(ADDRESSES_MAX).toList();
  }
}
