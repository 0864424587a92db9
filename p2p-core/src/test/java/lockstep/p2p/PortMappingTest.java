package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import lockstep.base.TimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A device behind a router that may let others in.
@Timeout(120)
class PortMappingTest {
  private static final Multiaddr LISTENING = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");
  private static final Multiaddr MAPPED = Multiaddr.parse("/ip4/203.0.113.7/tcp/4001");

  private final List<List<Multiaddr>> told = new ArrayList<>(); // guarded by itself

  private PortMapping mapping(FakeRouter router) {
    TimeSource time = TimeSource.system();
    return PortMapping.start(
        () -> List.of(LISTENING),
        addresses -> {
          synchronized (told) {
            told.add(addresses);
          }
        },
        () -> List.of(router.gateway()),
        List.of(
            new UdpPortMapper(router.address().getPort(), new byte[12], time),
            new UpnpPortMapper(router.address(), time)),
        time);
  }

  private boolean wasTold(List<Multiaddr> addresses) {
    synchronized (told) {
      return told.contains(addresses);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PCP", "NAT_PMP", "UPNP"})
  void a_router_that_knows_how_lets_others_in_until_the_end(FakeRouter.Speech speech)
      throws Exception {
    try (var router = new FakeRouter(speech)) {
      try (var mapping = mapping(router)) {
        Eventually.holds("the news", () -> wasTold(List.of(MAPPED)));
        assertThat(router.mapped).containsEntry(4001, 4001);
        Eventually.holds(
            "the state",
            () ->
                mapping.state() instanceof PortMapping.State.Mapped(var address, var _)
                    && address.equals(MAPPED));
      }
      assertThat(router.mapped).isEmpty();
    }
  }

  @Test
  void a_port_that_another_has_is_left_to_it() throws Exception {
    try (var router = new FakeRouter(FakeRouter.Speech.UPNP)) {
      router.mapped.put(4001, 9);
      try (var _ = mapping(router)) {
        Eventually.holds(
            "the news", () -> wasTold(List.of(Multiaddr.parse("/ip4/203.0.113.7/tcp/4002"))));
      }
      assertThat(router.mapped).containsOnly(java.util.Map.entry(4001, 9));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NOTHING", "NONSENSE"})
  void without_an_answer_that_belongs_to_the_question_nothing_is_told(FakeRouter.Speech speech)
      throws Exception {
    try (var router = new FakeRouter(speech);
        var mapping = mapping(router)) {
      Eventually.holds("the state", () -> mapping.state() instanceof PortMapping.State.Unmapped);
      assertThat(mapping.state())
          .isEqualTo(
              new PortMapping.State.Unmapped(
                  "PCP or NAT-PMP: it does not answer; UPnP: it does not answer"));
      synchronized (told) {
        assertThat(told).isEmpty();
      }
    }
  }

  @Test
  void a_router_behind_another_is_of_no_use_and_its_port_is_given_back() throws Exception {
    try (var router = new FakeRouter(FakeRouter.Speech.PCP)) {
      router.outside = "100.64.0.9";
      try (var mapping = mapping(router)) {
        Eventually.holds("the state", () -> mapping.state() instanceof PortMapping.State.Unmapped);
        assertThat(mapping.state().toString()).contains("another router stands before it");
        assertThat(router.mapped).isEmpty();
      }
    }
  }

  @Test
  void the_default_gateway_is_read_from_what_the_system_tells() throws Exception {
    List<String> routes =
        List.of(
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask",
            "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000",
            "eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF",
            "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000",
            "bad\t00000000\tXYZ");
    assertThat(Gateways.routers(routes))
        .containsExactly(InetAddress.getByAddress(new byte[] {(byte) 192, (byte) 168, 1, 1}));
  }
}
