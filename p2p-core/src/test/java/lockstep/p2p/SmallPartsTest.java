package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallPartsTest {
  private static final long SLOT = 250_000_000;

  @Test
  void percentiles_are_of_the_last_64_round_trips() {
    var latencies = new Latencies();
    assertThat(latencies.millis(50)).isEmpty();
    for (int i = 0; i < 1000; i++) {
      latencies.add(1_000_000_000);
    }
    for (int millis = 1; millis <= 64; millis++) {
      latencies.add(millis * 1_000_000L);
    }
    assertThat(latencies.millis(50)).hasValue(32);
    assertThat(latencies.millis(95)).hasValue(61);
  }

  @Test
  void the_best_rate_is_remembered_and_fades() {
    var meter = new RateMeter();
    for (int i = 0; i <= 10; i++) {
      meter.add(250_000, 1 + i * SLOT); // 1 MB/s
    }
    assertThat(meter.best()).isBetween(0.95e6, 1.05e6);
    assertThat(meter.total()).isEqualTo(2_750_000);
    meter.add(1, 1 + 200 * SLOT);
    assertThat(meter.best()).isLessThan(0.1e6);
  }

  @Test
  void growing_windows_leave_half_of_the_memory_to_new_streams() {
    var budget = new WindowBudget(100);
    assertThat(budget.takeGrowth(51)).isFalse();
    assertThat(budget.takeGrowth(50)).isTrue();
    assertThat(budget.takeGrowth(1)).isFalse();
    assertThat(budget.takeNew(50)).isTrue();
    assertThat(budget.takeNew(1)).isFalse();
    budget.release(50);
    assertThat(budget.takeNew(1)).isTrue();
  }

  @Test
  void one_host_cannot_take_all_places_for_handshakes() throws Exception {
    var limits = Limits.DEFAULT;
    var admission = new Admission(limits);
    var greedy = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
    var other = InetAddress.getByAddress(new byte[] {10, 0, 0, 2});
    for (int i = 0; i < limits.halfOpenPerHost(); i++) {
      assertThat(admission.enter(greedy)).isTrue();
    }
    assertThat(admission.enter(greedy)).isFalse();
    assertThat(admission.enter(other)).isTrue();
    admission.leave(greedy);
    assertThat(admission.enter(greedy)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/127.0.0.1/tcp/1",
        "/ip4/0.0.0.0/tcp/1",
        "/ip4/0.1.2.3/tcp/1",
        "/ip4/10.1.2.3/tcp/1",
        "/ip4/172.16.0.1/tcp/1",
        "/ip4/192.168.0.1/tcp/1",
        "/ip4/169.254.169.254/tcp/80",
        "/ip4/100.64.0.1/tcp/1",
        "/ip4/224.0.0.1/tcp/1",
        "/ip4/255.255.255.255/tcp/1",
        "/ip6/::1/tcp/1",
        "/ip6/::/tcp/1",
        "/ip6/fe80::1/tcp/1",
        "/ip6/fd00::1/tcp/1",
        "/ip6/ff02::1/tcp/1",
        "/ip6/::ffff:127.0.0.1/tcp/1",
        "/ip6/::ffff:192.168.0.1/tcp/1",
        "/dns4/localhost/tcp/1",
        "/ip4/203.0.113.7/udp/1"
      })
  void an_address_within_a_network_or_of_none_is_not_public(String address) {
    assertThat(LocalAddress.isPublic(Multiaddr.parse(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/ip4/203.0.113.7/tcp/1", "/ip4/100.128.0.1/tcp/1", "/ip6/2001:db8::1/tcp/1"})
  void an_address_that_means_the_same_everywhere_is_public(String address) {
    assertThat(LocalAddress.isPublic(Multiaddr.parse(address))).isTrue();
  }
}
