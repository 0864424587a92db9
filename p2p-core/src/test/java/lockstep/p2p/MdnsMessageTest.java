package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import lockstep.base.PeerViolationException;
import lockstep.p2p.MdnsMessage.Entry;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class MdnsMessageTest {
  private static final MdnsMessage ANNOUNCEMENT =
      new MdnsMessage(
          true,
          List.of(),
          List.of(
              new Entry.Pointer("_p2p._udp.local", "abc._p2p._udp.local"),
              new Entry.Text("abc._p2p._udp.local", List.of("dnsaddr=/ip4/10.0.0.1/tcp/1", ""))));

  @Test
  void what_is_written_is_read_again() throws Exception {
    assertThat(MdnsMessage.decode(ANNOUNCEMENT.encode(120))).isEqualTo(ANNOUNCEMENT);
    var query =
        new MdnsMessage(false, List.of(new MdnsMessage.Question("_p2p._udp.local", 12)), List.of());
    assertThat(MdnsMessage.decode(query.encode(120))).isEqualTo(query);
  }

  @Test
  void a_query_is_the_bytes_of_the_specification() {
    assertThat(HexFormat.of().formatHex(MdnsService.query()))
        .isEqualTo("000000000001000000000000045f703270045f756470056c6f63616c00000c0001");
  }

  @Test
  void compressed_names_other_records_and_capitals_are_understood() throws Exception {
    // PTR _P2P._udp.local -> X.(12), an A record that is read over, TXT of the pointer's target
    byte[] packet =
        HexFormat.of()
            .parseHex(
                "000084000000000100000002"
                    + "045f503250045f756470056c6f63616c00000c0001000000780004"
                    + "0158c00c"
                    + "c02700018001000000780004c0000201"
                    + "c0270010800100000078000302"
                    + "6869");
    assertThat(MdnsMessage.decode(packet).entries())
        .containsExactly(
            new Entry.Pointer("_p2p._udp.local", "x._p2p._udp.local"),
            new Entry.Text("x._p2p._udp.local", List.of("hi")));
  }

  @Test
  void what_is_taken_back_with_a_time_to_live_of_zero_is_not_told() throws Exception {
    assertThat(MdnsMessage.decode(ANNOUNCEMENT.encode(0)).entries()).isEmpty();
  }

  @Test
  void a_name_that_points_at_itself_or_forward_is_refused() {
    for (String name : List.of("c00c", "c00e0000", "0161c00c")) {
      assertRefused("000000000001000000000000" + name + "000c0001");
    }
  }

  @Test
  void a_long_chain_of_pointers_is_refused() {
    var out = new ByteArrayOutputStream();
    out.writeBytes(HexFormat.of().parseHex("000084000000000200000000"));
    // One record whose data are the pointers, then one whose name is the last of them.
    out.writeBytes(HexFormat.of().parseHex("0000010001000000780064")); // A, 100 bytes from 23 on
    out.write(0);
    out.write(0);
    for (int at = 25; at < 123; at += 2) {
      out.write(0xc0);
      out.write(at == 25 ? 23 : at - 2);
    }
    out.writeBytes(HexFormat.of().parseHex("c079000c0001000000780000"));
    assertRefused(HexFormat.of().formatHex(out.toByteArray()));
  }

  @Test
  void counts_that_the_packet_does_not_hold_are_refused() {
    assertRefused("000084000000ffffffffffff");
    assertRefused("00000000ffff000000000000");
  }

  @Test
  void lengths_beyond_the_packet_or_the_record_are_refused() {
    assertRefused("0000840000000001000000000000100001000000780005" + "05616263");
    assertRefused("0000840000000001000000000000100001000000780002" + "05616263");
  }

  @ParameterizedTest
  @SeedSource(count = 3000)
  void whatever_comes_is_read_or_refused(long seed) {
    var gen = new Gen(seed);
    byte[] packet = gen.chance(20) ? gen.bytes(gen.between(0, 600)) : mutated(gen);
    try {
      MdnsMessage message = MdnsMessage.decode(packet);
      for (Entry entry : message.entries()) {
        assertThat(entry.name().length()).isLessThanOrEqualTo(255);
      }
    } catch (PeerViolationException refused) {
      assertThat(refused).hasMessageContaining("mDNS");
    }
  }

  private static byte[] mutated(Gen gen) {
    byte[] packet = ANNOUNCEMENT.encode(120);
    for (int i = gen.between(1, 8); i > 0; i--) {
      packet[gen.between(0, packet.length - 1)] = gen.bytes(1)[0];
    }
    return Arrays.copyOf(packet, gen.between(0, packet.length));
  }

  private static void assertRefused(String hex) {
    assertThatThrownBy(() -> MdnsMessage.decode(HexFormat.of().parseHex(hex)))
        .isInstanceOf(PeerViolationException.class);
  }
}
