package lockstep.p2p;

import static lockstep.p2p.RelayStatus.NO_RESERVATION;
import static lockstep.p2p.RelayStatus.OK;
import static lockstep.p2p.RelayStatus.PERMISSION_DENIED;
import static lockstep.p2p.RelayStatus.RESERVATION_REFUSED;
import static lockstep.p2p.RelayStatus.RESOURCE_LIMIT_EXCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lockstep.base.PeerId;
import org.junit.jupiter.api.Test;

/// What a relay does for whom, and how much of it.
class RelayDeskTest {
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final RelayLimits LIMITS =
      new RelayLimits(
          3, LIFETIME, 4, 3, 2, Duration.ofHours(1), 1 << 20, 20, 3, Duration.ofMinutes(5));

  private final List<PeerId> members = new ArrayList<>();
  private final Set<Set<PeerId>> parted = new HashSet<>();
  private final RelayDesk desk =
      new RelayDesk(
          LIMITS,
          members::contains,
          (from, to) -> !parted.contains(new HashSet<>(List.of(from, to))));
  private final PeerId ana = member();
  private final PeerId ben = member();
  private final PeerId cy = member();
  private final PeerId dan = member();

  private PeerId member() {
    var peer = new PeerId(Hosts.newKey().publicKey());
    members.add(peer);
    return peer;
  }

  @Test
  void a_member_is_reached_once_it_has_a_reservation() {
    assertThat(desk.connect(ana, ben, 0)).isEqualTo(NO_RESERVATION);
    assertThat(desk.reserve(ben, 0)).isEqualTo(OK);
    assertThat(desk.connect(ana, ben, 0)).isEqualTo(OK);
    assertThat(desk.connect(ben, ana, 0)).isEqualTo(NO_RESERVATION);
    assertThat(desk.connect(ben, ben, 0)).isEqualTo(NO_RESERVATION);
  }

  @Test
  void a_stranger_gets_nothing_and_learns_nothing() {
    var stranger = new PeerId(Hosts.newKey().publicKey());
    desk.reserve(ben, 0);
    assertThat(desk.reserve(stranger, 0)).isEqualTo(PERMISSION_DENIED);
    assertThat(desk.connect(stranger, ben, 0)).isEqualTo(PERMISSION_DENIED);
    assertThat(desk.connect(stranger, ana, 0)).isEqualTo(PERMISSION_DENIED);
  }

  @Test
  void two_members_who_share_nothing_are_kept_apart() {
    desk.reserve(ben, 0);
    parted.add(Set.of(ana, ben));
    assertThat(desk.connect(ana, ben, 0)).isEqualTo(PERMISSION_DENIED);
  }

  @Test
  void a_reservation_ends_with_its_time_unless_it_is_renewed() {
    long end = LIFETIME.toNanos();
    desk.reserve(ben, 0);
    desk.reserve(cy, 0);
    desk.reserve(cy, end - 1);
    assertThat(desk.connect(ana, ben, end - 1)).isEqualTo(OK);
    assertThat(desk.connect(ana, ben, end)).isEqualTo(NO_RESERVATION);
    assertThat(desk.connect(ana, cy, end)).isEqualTo(OK);
  }

  @Test
  void a_reservation_ends_with_the_connection() {
    desk.reserve(ben, 0);
    desk.gone(ben);
    assertThat(desk.connect(ana, ben, 0)).isEqualTo(NO_RESERVATION);
  }

  @Test
  void there_are_no_more_reservations_than_allowed_and_those_there_are_can_be_renewed() {
    desk.reserve(ana, 0);
    desk.reserve(ben, 0);
    desk.reserve(cy, 0);
    assertThat(desk.reserve(dan, 0)).isEqualTo(RESERVATION_REFUSED);
    assertThat(desk.reserve(ana, 1)).isEqualTo(OK);
    assertThat(desk.reserve(dan, LIFETIME.toNanos())).isEqualTo(OK);
  }

  @Test
  void circuits_are_counted_by_pair_by_peer_and_in_total() {
    desk.reserve(ana, 0);
    desk.reserve(ben, 0);
    desk.reserve(cy, 0);
    assertThat(desk.connect(ana, ben, 0)).isEqualTo(OK);
    assertThat(desk.connect(ben, ana, 0)).isEqualTo(OK);
    assertThat(desk.connect(ana, ben, 0)).as("of the pair").isEqualTo(RESOURCE_LIMIT_EXCEEDED);
    assertThat(desk.connect(ana, cy, 0)).isEqualTo(OK);
    assertThat(desk.connect(dan, ana, 0)).as("of ana").isEqualTo(RESOURCE_LIMIT_EXCEEDED);
    assertThat(desk.connect(dan, ben, 0)).isEqualTo(OK);
    assertThat(desk.connect(dan, cy, 0)).as("in total").isEqualTo(RESOURCE_LIMIT_EXCEEDED);

    desk.ended(ana, cy);

    assertThat(desk.connect(dan, cy, 0)).isEqualTo(OK);
  }

  @Test
  void who_asks_all_the_time_is_not_answered_for_the_rest_of_the_minute() {
    for (int i = 0; i < 20; i++) {
      assertThat(desk.reserve(ben, i)).isEqualTo(OK);
    }
    assertThat(desk.reserve(ben, 20)).isEqualTo(RESERVATION_REFUSED);
    assertThat(desk.connect(ben, ana, 20)).isEqualTo(RESOURCE_LIMIT_EXCEEDED);
    assertThat(desk.reserve(ben, Duration.ofMinutes(1).toNanos())).isEqualTo(OK);
  }
}
