package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import lockstep.base.PeerId;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {
  private static final String PEER = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  private static final String PEER_HEX =
      "0024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/tcp/4001, 047f000001060fa1",
    "/ip6/::1/udp/4001/quic-v1, 290000000000000000000000000000000191020fa1cd03",
    "/dns4/example.com/tcp/443, 360b6578616d706c652e636f6d0601bb",
    "/p2p/" + PEER + "/p2p-circuit, a50326" + PEER_HEX + "a202",
    "/ip6zone/eth0/ip6/fe80::1/tcp/1, 2a046574683029fe80000000000000000000000000000106" + "0001",
    "/ip4/1.2.3.4/tcp/80/ws, 0401020304060050dd03",
  })
  void text_and_binary_are_those_of_the_specification(String text, String hex) {
    var address = Multiaddr.parse(text);
    assertThat(HexFormat.of().formatHex(address.bytes())).isEqualTo(hex);
    assertThat(Multiaddr.fromBytes(HexFormat.of().parseHex(hex))).isEqualTo(address);
    assertThat(address).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "ip4/1.2.3.4",
        "/ip4",
        "/ip4/1.2.3",
        "/ip4/1.2.3.256",
        "/ip4/01.2.3.4",
        "/ip4/localhost/tcp/1",
        "/ip6/1::2::3/tcp/1",
        "/ip6/1:2:3:4:5:6:7:8:9",
        "/ip6/12345::",
        "/ip6/:1/tcp/1",
        "/tcp/65536",
        "/tcp/-1",
        "/tcp/+1",
        "/tcp/",
        "/nonsense/1",
        "/p2p/12D3Koo",
        "/ip4/1.2.3.4/tcp/1/",
        "/dns4//tcp/1",
      })
  void a_malformed_address_is_refused(String text) {
    assertThatThrownBy(() -> Multiaddr.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/ip6/2001:DB8:0:0:0:0:0:1, /ip6/2001:db8::1",
    "/ip6/0:0:0:0:0:0:0:0, /ip6/::",
    "/ip6/1:0:0:2:0:0:0:3, /ip6/1:0:0:2::3",
    "/ip6/1:0:2:3:4:5:6:7, /ip6/1:0:2:3:4:5:6:7",
    "/ip6/::ffff:1.2.3.4, /ip6/::ffff:1.2.3.4",
    "/ip6/1::, /ip6/1::",
    "/tcp/007, /tcp/7",
    "/ipfs/" + PEER + ", /p2p/" + PEER,
  })
  void every_address_has_one_way_to_be_written(String text, String canonical) {
    assertThat(Multiaddr.parse(text)).hasToString(canonical);
    assertThat(Multiaddr.parse(text)).isEqualTo(Multiaddr.parse(canonical));
  }

  @Test
  void a_peer_id_can_be_put_at_the_end_replaced_and_taken_off() {
    var peer = PeerId.parse(PEER);
    var plain = Multiaddr.parse("/ip4/1.2.3.4/tcp/5");
    var named = plain.withPeer(peer);
    assertThat(named).hasToString("/ip4/1.2.3.4/tcp/5/p2p/" + PEER);
    assertThat(named.peerId()).contains(peer);
    assertThat(named.withPeer(peer)).isEqualTo(named);
    assertThat(named.withoutPeer()).isEqualTo(plain);
    assertThat(plain.peerId()).isEmpty();
  }

  @ParameterizedTest
  @SeedSource(count = 2000)
  void random_bytes_are_an_address_or_refused_and_addresses_come_back(long seed) {
    var gen = new Gen(seed);
    byte[] bytes = gen.bytes(gen.between(0, 40));
    if (bytes.length > 0 && gen.chance(80))
      bytes[0] = gen.pick(java.util.List.of((byte) 4, (byte) 6, (byte) 41, (byte) 53));
    try {
      var address = Multiaddr.fromBytes(bytes);
      assertThat(Multiaddr.fromBytes(address.bytes())).isEqualTo(address);
      assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }
}
