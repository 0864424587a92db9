package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lockstep.base.PeerId;
import lockstep.p2p.MdnsMessage.Entry;
import org.junit.jupiter.api.Test;

class MdnsServiceTest {
  private static final PeerId SELF = newPeer();
  private static final PeerId OTHER = newPeer();
  private static final String INSTANCE = "other._p2p._udp.local";

  private final MdnsService service = new MdnsService(SELF, "self", Limits.DEFAULT);

  private static PeerId newPeer() {
    return new PeerId(Hosts.newKey().publicKey());
  }

  @Test
  void what_one_says_another_takes() throws Exception {
    var address = Multiaddr.parse("/ip4/192.168.1.5/tcp/4001").withPeer(OTHER);
    byte[] said =
        new MdnsService(OTHER, "other", Limits.DEFAULT)
            .announcement(List.of(address))
            .orElseThrow();

    assertThat(service.found(MdnsMessage.decode(said))).isEqualTo(Map.of(OTHER, List.of(address)));
  }

  @Test
  void only_addresses_of_the_local_network_are_told_and_the_packet_stays_small() throws Exception {
    var addresses = new ArrayList<Multiaddr>();
    for (String host : List.of("ip4/127.0.0.1", "ip4/203.0.113.5", "ip6/2001:db8::1", "dns/a.b")) {
      addresses.add(Multiaddr.parse("/" + host + "/tcp/1"));
    }
    assertThat(service.announcement(addresses)).isEmpty();
    IntStream.range(0, 200)
        .mapToObj(
            i ->
                Multiaddr.parse("/ip6/fd00:1111:2222:3333:4444:5555:6666:7777/tcp/" + (60_000 + i)))
        .forEach(addresses::add);

    assertThat(service.announcement(addresses).orElseThrow().length).isLessThan(1_400);
  }

  @Test
  void a_peers_own_words_come_to_nothing() throws Exception {
    byte[] own =
        service.announcement(List.of(Multiaddr.parse("/ip4/10.0.0.1/tcp/1"))).orElseThrow();
    assertThat(service.found(MdnsMessage.decode(own))).isEmpty();
    assertThat(found("dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/" + SELF)).isEmpty();
  }

  @Test
  void a_name_with_two_peers_is_not_believed() {
    assertThat(
            found(
                "dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/" + OTHER,
                "dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/" + newPeer()))
        .isEmpty();
  }

  @Test
  void nobody_is_sent_into_the_world_to_a_name_server_or_to_oneself() {
    for (String host :
        List.of(
            "ip4/203.0.113.5",
            "dns/evil.example",
            "dns4/evil",
            "ip6/2001:db8::1",
            "ip4/127.0.0.1",
            "ip6/::1",
            "ip6/::ffff:203.0.113.5",
            "ip4/0.0.0.0")) {
      assertThat(found("dnsaddr=/" + host + "/tcp/1/p2p/" + OTHER)).as(host).isEmpty();
    }
  }

  @Test
  void strings_that_are_no_address_of_a_peer_are_passed_over() {
    String good = "/ip4/10.1.2.3/tcp/4001/p2p/" + OTHER;
    assertThat(
            found(
                "dnsaddr=",
                "dnsaddr=/ip4/10.0.0.1/tcp/1",
                "txtvers=1",
                "",
                "dnsaddr=/quux/1",
                "dnsaddr=/ip4/999.0.0.1/tcp/1/p2p/" + OTHER,
                "dnsaddr=" + good))
        .isEqualTo(Map.of(OTHER, List.of(Multiaddr.parse(good))));
  }

  @Test
  void texts_that_no_pointer_of_the_service_leads_to_are_strangers() {
    var text = new Entry.Text(INSTANCE, List.of("dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/" + OTHER));
    var elsewhere = new Entry.Pointer("_http._tcp.local", INSTANCE);
    assertThat(service.found(new MdnsMessage(true, List.of(), List.of(elsewhere, text)))).isEmpty();
  }

  @Test
  void one_message_brings_a_bounded_number_of_peers_and_addresses() {
    var entries = new ArrayList<Entry>();
    for (int i = 0; i < 300; i++) {
      String name = "n" + i + "._p2p._udp.local";
      String end = "/p2p/" + newPeer();
      entries.add(new Entry.Pointer(MdnsService.NAME, name));
      entries.add(
          new Entry.Text(
              name,
              IntStream.range(1, 30)
                  .mapToObj(p -> "dnsaddr=/ip4/10.0.0.1/tcp/" + p + end)
                  .toList()));
    }
    var found = service.found(new MdnsMessage(true, List.of(), entries));

    assertThat(found).hasSize(Limits.DEFAULT.mdnsPeers());
    assertThat(found.values()).allMatch(a -> a.size() == Limits.DEFAULT.mdnsAddresses());
  }

  @Test
  void only_a_question_for_the_service_is_answered() throws Exception {
    assertThat(MdnsService.isAsked(MdnsMessage.decode(MdnsService.query()))).isTrue();
    var other = new MdnsMessage.Question("_http._tcp.local", MdnsMessage.TYPE_PTR);
    assertThat(MdnsService.isAsked(new MdnsMessage(false, List.of(other), List.of()))).isFalse();
  }

  private Map<PeerId, List<Multiaddr>> found(String... strings) {
    var pointer = new Entry.Pointer(MdnsService.NAME, INSTANCE);
    var text = new Entry.Text(INSTANCE, List.of(strings));
    return service.found(new MdnsMessage(true, List.of(), List.of(pointer, text)));
  }
}
