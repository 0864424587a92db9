package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import lockstep.p2p.PortMapMessage.Answer;
import lockstep.p2p.PortMapMessage.Wish;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class PortMapMessageTest {
  private static final Wish WISH = new Wish(4001, 4001, Duration.ofHours(1));
  private static final byte[] NONCE = HexFormat.of().parseHex("000102030405060708090a0b");
  private static final String OURS =
      "000102030405060708090a0b"
          + "06000000"
          + "0fa1"
          + "c350"
          + "00000000000000000000ffffcb007107";

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static InetAddress address(String text) throws Exception {
    return InetAddress.getByAddress(IpLiteral.parse4(text));
  }

  @Test
  void a_pcp_question_is_that_of_RFC_6887() throws Exception {
    assertThat(HexFormat.of().formatHex(PortMapMessage.pcp(WISH, address("192.168.1.10"), NONCE)))
        .isEqualTo(
            "0201"
                + "0000"
                + "00000e10"
                + "00000000000000000000ffffc0a8010a"
                + "000102030405060708090a0b"
                + "06000000"
                + "0fa1"
                + "0fa1"
                + "00000000000000000000ffff00000000");
  }

  @Test
  void a_nat_pmp_question_is_that_of_RFC_6886() {
    assertThat(HexFormat.of().formatHex(PortMapMessage.pmp(WISH)))
        .isEqualTo("0002" + "0000" + "0fa1" + "0fa1" + "00000e10");
    assertThat(PortMapMessage.pmpAddress()).containsExactly(0, 0);
  }

  @Test
  void to_end_a_mapping_is_to_ask_for_no_time() {
    var end = new Wish(4001, 50000, Duration.ZERO);
    assertThat(HexFormat.of().formatHex(PortMapMessage.pmp(end)))
        .isEqualTo("0002" + "0000" + "0fa1" + "0000" + "00000000");
  }

  @Test
  void what_a_router_grants_is_read() throws Exception {
    byte[] pcp = bytes("0281" + "0000" + "00000708" + "00000001" + "00".repeat(12) + OURS);
    assertThat(PortMapMessage.pcpAnswer(pcp, WISH, NONCE))
        .contains(
            new Answer.Granted(Optional.of(address("203.0.113.7")), 50000, Duration.ofMinutes(30)));
    byte[] pmp = bytes("0082" + "0000" + "00000001" + "0fa1" + "c350" + "00000708");
    assertThat(PortMapMessage.pmpAnswer(pmp, WISH))
        .contains(new Answer.Granted(Optional.empty(), 50000, Duration.ofMinutes(30)));
    byte[] where = bytes("0080" + "0000" + "00000001" + "cb007107");
    assertThat(PortMapMessage.pmpAddressAnswer(where))
        .contains(new Answer.Outside(address("203.0.113.7")));
  }

  @Test
  void an_answer_to_another_question_does_not_count() {
    byte[] otherNonce =
        bytes("0281" + "0000" + "00000708" + "00".repeat(16) + "ff" + OURS.substring(2));
    byte[] otherPort =
        bytes("0281" + "0000" + "00000708" + "00".repeat(16) + OURS.replace("0fa1", "0fa2"));
    assertThat(PortMapMessage.pcpAnswer(otherNonce, WISH, NONCE)).isEmpty();
    assertThat(PortMapMessage.pcpAnswer(otherPort, WISH, NONCE)).isEmpty();
    byte[] otherPmp = bytes("0082" + "0000" + "00000001" + "0fa2" + "c350" + "00000708");
    assertThat(PortMapMessage.pmpAnswer(otherPmp, WISH)).isEmpty();
  }

  @Test
  void an_own_question_that_comes_back_is_no_answer() throws Exception {
    assertThat(
            PortMapMessage.pcpAnswer(
                PortMapMessage.pcp(WISH, address("192.168.1.10"), NONCE), WISH, NONCE))
        .isEmpty();
    assertThat(PortMapMessage.pmpAnswer(PortMapMessage.pmp(WISH), WISH)).isEmpty();
    assertThat(PortMapMessage.pmpAddressAnswer(PortMapMessage.pmpAddress())).isEmpty();
  }

  @Test
  void a_router_of_the_older_protocol_says_so() {
    byte[] unsupported = bytes("0081" + "0001" + "00000001");
    assertThat(PortMapMessage.pcpAnswer(unsupported, WISH, NONCE))
        .contains(new Answer.SpeaksOther());
  }

  @Test
  void a_refusal_is_told_in_words() {
    byte[] pcp = bytes("0281" + "0002" + "00000708" + "00".repeat(16) + OURS);
    assertThat(PortMapMessage.pcpAnswer(pcp, WISH, NONCE))
        .contains(new Answer.Refused("it does not allow it"));
    byte[] pmp = bytes("0082" + "0003" + "00000001" + "0fa1" + "0000" + "00000000");
    assertThat(PortMapMessage.pmpAnswer(pmp, WISH))
        .contains(new Answer.Refused("it has no connection to the internet itself"));
  }

  @ParameterizedTest
  @SeedSource
  void whatever_a_router_sends_is_read_or_does_not_count(long seed) {
    var gen = new Gen(seed);
    byte[] any = gen.bytes(gen.between(0, 80));
    if (any.length > 1 && gen.chance(80)) {
      any[0] = (byte) (gen.chance(50) ? 0 : 2);
      any[1] = (byte) (0x80 | gen.between(0, 2));
    }
    for (int i = 0; i < any.length; i++) {
      byte[] cut = ByteBuffer.allocate(i).put(any, 0, i).array();
      assertThat(PortMapMessage.pcpAnswer(cut, WISH, NONCE)).isNotNull();
      assertThat(PortMapMessage.pmpAnswer(cut, WISH)).isNotNull();
      assertThat(PortMapMessage.pmpAddressAnswer(cut)).isNotNull();
    }
  }
}
