package lockstep.p2p.gossip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.ProtoWriter;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class GossipMessageTest {
  private static final HexFormat HEX = HexFormat.of();

  /// The identity, message, signature and id of the specification's examples (wire notes, sections
  /// 6 and 7).
  private static final PrivateKey IDENTITY =
      PrivateKey.ofSeed(
          HEX.parseHex("7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"));

  private static final String FROM =
      "0024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
  private static final String UNSIGNED =
      "0a26" + FROM + "120568656c6c6f1a080000000000000001220474657374";
  private static final String SIGNATURE =
      "f05e62a21b5f1f89b4ab356feb34c493746a2af8ef2fa03b9fd4956fb40d3c27"
          + "9b1eae5153c6b28dce3b2f9bed546dc1cfd5a71513af0aa38ee38d31675ac30f";

  @Test
  void a_message_is_written_and_signed_as_everywhere() {
    GossipMessage message = GossipMessage.sign(IDENTITY, 1, "test", "hello".getBytes(UTF_8));

    assertThat(HEX.formatHex(message.wire().encoded())).isEqualTo(UNSIGNED + "2a40" + SIGNATURE);
    assertThat(message.id()).hasToString(FROM + "0000000000000001");
  }

  @Test
  void a_message_of_others_is_read_and_verified() throws PeerViolationException {
    GossipMessage message =
        AllegedMessage.decode(HEX.parseHex(UNSIGNED + "2a40" + SIGNATURE)).verified().orElseThrow();

    assertThat(message.author()).isEqualTo(new PeerId(IDENTITY.publicKey()));
    assertThat(message.sequence()).isEqualTo(1);
    assertThat(message.topic()).isEqualTo("test");
    assertThat(message.data()).isEqualTo("hello".getBytes(UTF_8));
  }

  @Test
  void the_key_may_stand_in_it_if_it_is_the_authors() throws PeerViolationException {
    String key = FROM.substring(4);
    assertThat(verifies(UNSIGNED + "2a40" + SIGNATURE + "3224" + key)).isTrue();
    assertThat(verifies(UNSIGNED + "2a40" + SIGNATURE + "3224" + key.replace('e', 'd'))).isFalse();
    assertThat(verifies(UNSIGNED + "2a40" + SIGNATURE + "3200")).isFalse();
  }

  @Test
  void what_is_unknown_is_signed_too_and_passed_on() throws PeerViolationException {
    byte[] unsigned =
        new ProtoWriter()
            .bytes(1, HEX.parseHex(FROM))
            .bytesAlways(2, new byte[0])
            .bytes(3, ByteBuffer.allocate(8).putLong(7).array())
            .string(4, "test")
            .varint(99, 1)
            .toBytes();
    byte[] signature = IDENTITY.sign(AllegedMessage.signedBytes(unsigned));
    byte[] encoded = Arrays.copyOf(unsigned, unsigned.length + 66);
    encoded[unsigned.length] = 0x2a;
    encoded[unsigned.length + 1] = 0x40;
    System.arraycopy(signature, 0, encoded, unsigned.length + 2, 64);

    AllegedMessage message = AllegedMessage.decode(encoded);
    assertThat(message.verified()).isPresent();
    assertThat(message.verified().get().wire().encoded()).isEqualTo(encoded);
  }

  @ParameterizedTest
  @SeedSource(count = 300)
  void whatever_is_changed_or_left_out_makes_it_no_message_of_the_author(long seed) {
    var gen = new Gen(seed);
    byte[] data = gen.bytes(gen.between(0, 50));
    byte[] encoded = GossipMessage.sign(IDENTITY, gen.anyLong(), "test", data).wire().encoded();
    byte[] changed = encoded.clone();
    if (gen.chance(20)) {
      changed = Arrays.copyOf(changed, gen.between(0, changed.length - 1));
    } else {
      changed[gen.between(0, changed.length - 1)] ^= (byte) (1 << gen.between(0, 7));
    }
    try {
      var message = AllegedMessage.decode(changed).verified();
      assertThat(message.filter(it -> it.author().key().equals(IDENTITY.publicKey()))).isEmpty();
    } catch (PeerViolationException e) {
      assertThat(e).hasMessageStartingWith("malformed");
    }
  }

  @Test
  void too_much_is_not_published() {
    assertThatThrownBy(
            () -> GossipMessage.sign(IDENTITY, 1, "test", new byte[Bounds.DATA_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> GossipMessage.sign(IDENTITY, 1, "x".repeat(257), "hello".getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static boolean verifies(String hex) throws PeerViolationException {
    return AllegedMessage.decode(HEX.parseHex(hex)).verified().isPresent();
  }
}
