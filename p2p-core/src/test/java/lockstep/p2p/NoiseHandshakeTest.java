package lockstep.p2p;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseHandshakeTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] NOTHING = {};

  private final NoiseHandshake initiator = new NoiseHandshake(true, run(0x00), run(0x20));
  private final NoiseHandshake responder = new NoiseHandshake(false, run(0x01), run(0x41));

  private static byte[] run(int first) {
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (first + i);
    }
    return key;
  }

  @Test
  void messages_and_keys_are_those_of_the_test_vector() throws Exception {
    byte[] first = initiator.write(NOTHING);
    assertThat(HEX.formatHex(first))
        .isEqualTo("358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254");
    responder.read(first);
    byte[] second = responder.write(NOTHING);
    assertThat(HEX.formatHex(second))
        .isEqualTo(
            "64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d484663414af878d3e46a2f58911a8"
                + "16d6e8346d4ea17a6f2a0bb4ef4ed56c133cff4560a34e36ea82109f26cf2e5a5caf992b608d55c747f6"
                + "15e5a3425a7a19eefb8f");
    initiator.read(second);
    byte[] third = initiator.write(NOTHING);
    assertThat(HEX.formatHex(third))
        .isEqualTo(
            "87f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d97e5ea11b16f3968710b23a3b"
                + "e3202dc1b5e1ce3c963347491e74f5c0768a9b42");
    responder.read(third);
    assertThat(sealed(initiator.split().sending(), "yellowsubmarine"))
        .isEqualTo("a52ef02ba60e12696d1d6b9ef4245c88fca757b6134ad6e76b56e310a6adf6");
    assertThat(sealed(responder.split().sending(), "submarineyellow"))
        .isEqualTo("2445aa438ebd649281c636cc7269ca82f1d9023d72520943aeabf909cdf521");
  }

  @Test
  void payloads_travel_in_all_three_messages() throws Exception {
    byte[] first = initiator.write("test_msg_0".getBytes(US_ASCII));
    assertThat(Arrays.copyOfRange(first, 32, 42)).isEqualTo("test_msg_0".getBytes(US_ASCII));
    assertThat(responder.read(first)).isEqualTo("test_msg_0".getBytes(US_ASCII));
    byte[] second = responder.write("test_msg_1".getBytes(US_ASCII));
    assertThat(initiator.read(second)).isEqualTo("test_msg_1".getBytes(US_ASCII));
    byte[] third = initiator.write("test_msg_2".getBytes(US_ASCII));
    assertThat(HEX.formatHex(third))
        .isEqualTo(
            "87f864c11ba449f46a0a4f4e2eacbb7b0457784f4fca1937f572c93603e9c4d9f27e318e43ba630594c4d08e"
                + "eb3b36d97c7377a2f4f9144b2f0c8095ad92140505b2ab53eff244b14138");
    assertThat(responder.read(third)).isEqualTo("test_msg_2".getBytes(US_ASCII));
  }

  @Test
  void an_identity_is_signed_as_in_the_test_vector() throws Exception {
    var identity =
        PrivateKey.ofSeed(
            HEX.parseHex("7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"));
    byte[] staticKey = NoiseHandshake.publicKey(run(0));
    byte[] payload = NoiseIdentity.prove(identity, staticKey, List.of("/yamux/1.0.0"));
    assertThat(HEX.formatHex(payload))
        .contains(
            "a0381ec5f8954ac607c1059e453ca7d6bf2456009e8b7c262b06a418f3685dfc951b443e04084e41bbc282b6"
                + "387462059ee65bc28d5b286d804a25f5c0916507");
    var verified = NoiseIdentity.verify(payload, staticKey);
    assertThat(verified.peer()).isEqualTo(new PeerId(identity.publicKey()));
    assertThat(verified.muxers()).containsExactly("/yamux/1.0.0");
  }

  @Test
  void an_identity_proven_for_another_static_key_is_refused() {
    var identity = PrivateKey.ofSeed(run(7));
    byte[] payload = NoiseIdentity.prove(identity, run(1), List.of());
    assertThatThrownBy(() -> NoiseIdentity.verify(payload, run(2)))
        .isInstanceOf(PeerViolationException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void one_flipped_bit_anywhere_in_any_message_ends_in_failure(int altered) throws Exception {
    int length = altered == 1 ? 32 : altered == 2 ? 96 + 140 : 64 + 140;
    for (int at = 0; at < length; at++) {
      int position = at;
      assertThatThrownBy(() -> exchange(altered, position, (byte) (1 << position % 8)))
          .as("byte %d of message %d", at, altered)
          .isInstanceOf(PeerViolationException.class);
    }
  }

  /// A whole handshake and one transport message, with one byte altered on the way.
  private static void exchange(int altered, int at, byte mask) throws PeerViolationException {
    var alice = new NoiseHandshake(true, run(0x00), run(0x20));
    var bob = new NoiseHandshake(false, run(0x01), run(0x41));
    byte[] payload = new byte[140];
    bob.read(flip(alice.write(NOTHING), altered == 1, at, mask));
    alice.read(flip(bob.write(payload), altered == 2, at, mask));
    bob.read(flip(alice.write(payload), altered == 3, at, mask));
    byte[] message = new byte[40];
    alice.split().sending().seal(message, 0, 24);
    bob.split().receiving().open(message, 0, 40);
  }

  private static byte[] flip(byte[] message, boolean doIt, int at, byte mask) {
    if (doIt) message[at] ^= mask;
    return message;
  }

  @Test
  void a_weak_key_is_refused() {
    assertThatThrownBy(
            () -> {
              responder.read(new byte[32]);
              responder.write(NOTHING);
            })
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void a_truncated_message_is_refused() throws Exception {
    responder.read(initiator.write(NOTHING));
    byte[] second = responder.write(NOTHING);
    assertThatThrownBy(() -> initiator.read(Arrays.copyOf(second, 79)))
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void a_message_out_of_turn_is_a_bug_of_the_caller() {
    assertThatThrownBy(() -> responder.write(NOTHING)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> initiator.split()).isInstanceOf(IllegalStateException.class);
  }

  private static String sealed(NoiseCipher cipher, String text) {
    byte[] bytes = Arrays.copyOf(text.getBytes(US_ASCII), text.length() + Noise.TAG_LENGTH);
    cipher.seal(bytes, 0, text.length());
    return HEX.formatHex(bytes);
  }
}
