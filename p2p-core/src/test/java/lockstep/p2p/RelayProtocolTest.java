package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class RelayProtocolTest {
  @ParameterizedTest
  @SeedSource
  void what_is_written_is_read_again_and_what_follows_is_left(long seed) throws IOException {
    var gen = new Gen(seed);
    for (var protocol : RelayProtocol.values()) {
      RelayMessage message = message(protocol, gen);
      var out = new ByteArrayOutputStream();
      protocol.write(out, message);
      out.write(7);
      var in = new ByteArrayInputStream(out.toByteArray());

      assertThat(protocol.read(in)).isEqualTo(message);
      assertThat(in.readAllBytes()).containsExactly(7);
    }
  }

  private static RelayMessage message(RelayProtocol protocol, Gen gen) {
    var limit = new RelayMessage.Limit(gen.between(0, 1000), gen.between(0, 1 << 30));
    boolean hop = protocol == RelayProtocol.HOP;
    return switch (gen.between(0, hop ? 2 : 1)) {
      case 0 -> new RelayMessage.Connect(peer(gen), limit);
      case 1 -> {
        var status = RelayStatus.values()[gen.between(0, RelayStatus.values().length - 1)];
        Optional<RelayMessage.Reservation> promise =
            hop && gen.chance(50)
                ? Optional.of(
                    new RelayMessage.Reservation(
                        gen.between(0, 1 << 30),
                        List.of(Multiaddr.parse("/ip4/192.0.2.7/tcp/4001").withPeer(peer(gen)))))
                : Optional.empty();
        yield new RelayMessage.Status(status, promise, limit);
      }
      default -> new RelayMessage.Reserve();
    };
  }

  private static PeerId peer(Gen gen) {
    return new PeerId(PrivateKey.generate(gen::bytes).publicKey());
  }

  @Test
  void the_type_is_written_although_it_be_zero() throws IOException {
    var out = new ByteArrayOutputStream();
    RelayProtocol.HOP.write(out, new RelayMessage.Reserve());
    RelayProtocol.STOP.write(out, RelayMessage.Status.of(RelayStatus.OK));

    assertThat(HexFormat.of().formatHex(out.toByteArray()))
        .isEqualTo("02" + "0800" + "04" + "0801" + "2064");
  }

  @Test
  void what_is_no_message_is_a_violation() {
    for (String hex : List.of("00", "020805", "020801", "0408011200", "0608011202" + "0a00")) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThatThrownBy(() -> RelayProtocol.HOP.read(new ByteArrayInputStream(bytes)))
          .as(hex)
          .isInstanceOf(PeerViolationException.class);
    }
  }

  @Test
  void a_message_of_more_than_4_kib_is_not_read() {
    byte[] bytes = HexFormat.of().parseHex("8120" + "00".repeat(5000));
    assertThatThrownBy(() -> RelayProtocol.HOP.read(new ByteArrayInputStream(bytes)))
        .isInstanceOf(IOException.class);
  }
}
