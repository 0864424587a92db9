package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import lockstep.base.PeerId;
import org.junit.jupiter.api.Test;

/// Whom a device asks to relay for it, and when.
class ReservationsTest {
  private static final Multiaddr AT = Multiaddr.parse("/ip4/192.0.2.7/tcp/4001");
  private static final long HOUR = Duration.ofHours(1).toNanos();

  private final Reservations reservations = new Reservations(RelayLimits.DEFAULT);
  private final List<PeerId> relays =
      Stream.generate(() -> new PeerId(Hosts.newKey().publicKey())).limit(5).toList();
  private final PeerId first = relays.getFirst();

  private void granted(PeerId relay, Duration lifetime, long now) {
    reservations.granted(relay, List.of(AT.withPeer(relay)), lifetime, now);
  }

  @Test
  void so_many_are_asked_as_are_wanted() {
    for (int i = 0; i < 3; i++) {
      assertThat(reservations.next(relays, 0)).contains(relays.get(i));
      granted(relays.get(i), Duration.ofHours(1), 0);
    }
    assertThat(reservations.next(relays, 0)).isEmpty();
    assertThat(reservations.addresses(0)).hasSize(3);
    assertThat(reservations.addresses(0)).contains(AT.via(first));
  }

  @Test
  void a_promise_is_renewed_at_two_thirds_of_its_time() {
    granted(first, Duration.ofHours(1), 0);
    assertThat(reservations.nanosToNext(0)).isEqualTo(HOUR * 2 / 3);
    assertThat(reservations.next(List.of(first), HOUR * 2 / 3 - 1)).isEmpty();
    assertThat(reservations.next(List.of(first), HOUR * 2 / 3)).contains(first);
  }

  @Test
  void a_promise_that_nobody_renewed_is_over() {
    granted(first, Duration.ofHours(1), 0);
    assertThat(reservations.addresses(HOUR)).isEmpty();
    assertThat(reservations.next(List.of(), HOUR)).isEmpty();
    assertThat(reservations.holds(first)).isFalse();
  }

  @Test
  void a_relay_whose_clock_is_wrong_is_not_asked_all_the_time() {
    granted(first, Duration.ofDays(-3), 0);
    assertThat(reservations.next(List.of(first), Duration.ofMinutes(9).toNanos())).isEmpty();
    granted(first, Duration.ofDays(300), 0);
    assertThat(reservations.nanosToNext(0)).isEqualTo(Duration.ofHours(16).toNanos());
  }

  @Test
  void who_refuses_is_asked_less_and_less_often() {
    long now = 0;
    for (long seconds : new long[] {2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
      assertThat(reservations.next(List.of(first), now)).contains(first);
      reservations.refused(first, now);
      assertThat(reservations.nanosToNext(now)).isEqualTo(Duration.ofSeconds(seconds).toNanos());
      assertThat(reservations.next(List.of(first), now)).isEmpty();
      now += Duration.ofSeconds(seconds).toNanos();
    }
  }

  @Test
  void who_refuses_keeps_nobody_else_from_being_asked() {
    reservations.refused(first, 0);
    assertThat(reservations.next(relays, 0)).contains(relays.get(1));
  }

  @Test
  void what_was_promised_ends_with_the_connection() {
    granted(first, Duration.ofHours(1), 0);
    assertThat(reservations.gone(first)).isTrue();
    assertThat(reservations.gone(first)).isFalse();
    assertThat(reservations.addresses(0)).isEmpty();
    assertThat(reservations.next(relays, 0)).contains(first);
  }

  @Test
  void addresses_that_lead_nowhere_from_elsewhere_are_not_told_on() {
    var loopback = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");
    reservations.granted(
        first, List.of(loopback, AT, AT.via(relays.get(1))), Duration.ofHours(1), 0);
    assertThat(reservations.addresses(0)).containsExactly(AT.via(first));
  }
}
