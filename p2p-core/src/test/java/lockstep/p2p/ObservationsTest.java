package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import lockstep.base.PeerId;
import org.junit.jupiter.api.Test;

/// Where a device takes itself to be, by what others say.
class ObservationsTest {
  private static final Multiaddr HERE = Multiaddr.parse("/ip4/203.0.113.7/tcp/4001");
  private static final Multiaddr ELSEWHERE = Multiaddr.parse("/ip4/198.51.100.1/tcp/80");

  private final Observations observations = new Observations(8);
  private final List<PeerId> peers =
      Stream.generate(() -> new PeerId(Hosts.newKey().publicKey())).limit(40).toList();
  private final PeerId ana = peers.get(0);
  private final PeerId ben = peers.get(1);

  private List<Multiaddr> believed(Set<PeerId> members, Set<PeerId> trusted) {
    return observations.believed(members::contains, trusted::contains);
  }

  @Test
  void one_member_alone_is_not_believed() {
    observations.saw(ana, HERE);
    assertThat(believed(Set.of(ana, ben), Set.of())).isEmpty();
    observations.saw(ben, ELSEWHERE);
    assertThat(believed(Set.of(ana, ben), Set.of())).isEmpty();
  }

  @Test
  void two_members_that_say_the_same_are() {
    observations.saw(ana, HERE);
    observations.saw(ben, HERE);
    assertThat(believed(Set.of(ana, ben), Set.of())).containsExactly(HERE);
  }

  @Test
  void so_is_one_relay_that_this_device_relies_on() {
    observations.saw(ana, HERE);
    assertThat(believed(Set.of(ana), Set.of(ana))).containsExactly(HERE);
  }

  @Test
  void strangers_are_not_believed_however_many_there_are() {
    peers.forEach(peer -> observations.saw(peer, ELSEWHERE));
    assertThat(believed(Set.of(), Set.of(ana))).isEmpty();
  }

  @Test
  void nobody_can_say_it_twice() {
    observations.saw(ana, HERE);
    observations.saw(ana, HERE);
    assertThat(believed(Set.of(ana), Set.of())).isEmpty();
  }

  @Test
  void who_leaves_takes_his_word_along() {
    observations.saw(ana, HERE);
    observations.saw(ben, HERE);
    observations.gone(ben);
    assertThat(believed(Set.of(ana, ben), Set.of())).isEmpty();
  }

  @Test
  void an_address_within_a_network_says_nothing_about_the_outside() {
    for (String local : List.of("/ip4/192.168.1.2/tcp/1", "/ip4/127.0.0.1/tcp/1")) {
      observations.saw(ana, Multiaddr.parse(local));
    }
    assertThat(believed(Set.of(ana), Set.of(ana))).isEmpty();
  }

  @Test
  void only_so_many_are_believed_at_once_and_those_that_most_have_seen_first() {
    for (int i = 0; i < 36; i++) {
      observations.saw(
          peers.get(i), Multiaddr.parse("/ip4/203.0.113.%d/tcp/1".formatted(1 + i / 2)));
    }
    observations.saw(peers.get(36), HERE);
    observations.saw(peers.get(37), HERE);
    observations.saw(peers.get(38), HERE);
    assertThat(believed(Set.copyOf(peers), Set.of())).hasSize(8).startsWith(HERE);
  }
}
