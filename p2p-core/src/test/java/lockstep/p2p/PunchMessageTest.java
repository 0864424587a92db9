package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import lockstep.base.PeerViolationException;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class PunchMessageTest {
  private static byte[] written(PunchMessage message) throws IOException {
    var out = new ByteArrayOutputStream();
    PunchMessage.write(out, message);
    return out.toByteArray();
  }

  private static PunchMessage read(byte[] bytes) throws IOException {
    return PunchMessage.read(new ByteArrayInputStream(bytes));
  }

  private static Multiaddr address(int last) {
    return Multiaddr.parse("/ip4/203.0.113.%d/tcp/4001".formatted(last));
  }

  @ParameterizedTest
  @SeedSource
  void what_is_written_is_read_again(long seed) throws IOException {
    var gen = new Gen(seed);
    List<Multiaddr> some =
        IntStream.range(0, gen.between(0, 8)).mapToObj(_ -> address(gen.between(1, 254))).toList();
    for (var message : List.of(new PunchMessage.Connect(some), new PunchMessage.Sync())) {
      assertThat(read(written(message))).isEqualTo(message);
    }
  }

  @Test
  void the_bytes_are_those_of_the_specification() throws IOException {
    assertThat(HexFormat.of().formatHex(written(new PunchMessage.Sync()))).isEqualTo("0308ac02");
    assertThat(HexFormat.of().formatHex(written(new PunchMessage.Connect(List.of(address(7))))))
        .isEqualTo("0c0864" + "1208" + "04cb007107" + "060fa1");
  }

  @Test
  void of_many_addresses_only_the_first_sixteen_count() throws IOException {
    List<Multiaddr> many = IntStream.range(1, 100).mapToObj(PunchMessageTest::address).toList();
    assertThat(read(written(new PunchMessage.Connect(many))))
        .isEqualTo(new PunchMessage.Connect(many.subList(0, 16)));
  }

  @Test
  void what_is_no_message_is_a_violation() {
    for (String hex : List.of("00", "020865", "021200")) {
      assertThatThrownBy(() -> read(HexFormat.of().parseHex(hex)))
          .as(hex)
          .isInstanceOf(PeerViolationException.class);
    }
  }

  @Test
  void a_message_of_more_than_4_kib_is_not_read() {
    assertThatThrownBy(() -> read(HexFormat.of().parseHex("8120" + "00".repeat(5000))))
        .isInstanceOf(IOException.class);
  }
}
