package lockstep.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import lockstep.base.PeerViolationException;
import lockstep.testkit.Fuzz;
import org.junit.jupiter.api.Test;

/// Whatever comes from a peer or the network before it is trusted; see [Fuzz].
class FuzzTest {
  private static final byte[] KEY = HexFormat.of().parseHex("07".repeat(32));

  @Test
  void addresses() {
    Fuzz.run("multiaddr", Multiaddr::fromBytes, IllegalArgumentException.class);
    Fuzz.run(
        "multiaddr-text",
        bytes -> Multiaddr.parse(new String(bytes, UTF_8)),
        IllegalArgumentException.class);
  }

  @Test
  void what_a_peer_says_of_itself() {
    Fuzz.run(
        "identify",
        bytes -> IdentifyMessage.read(new ByteArrayInputStream(bytes), 4096),
        IOException.class);
    Fuzz.run("key", Keys::decode, PeerViolationException.class);
  }

  @Test
  void the_handshake() {
    Fuzz.run(
        "noise-payload",
        bytes -> NoiseIdentity.verify(bytes, NoiseHandshake.publicKey(KEY)),
        PeerViolationException.class);
    Fuzz.run(
        "noise-first",
        bytes -> new NoiseHandshake(false, KEY, KEY).read(bytes),
        PeerViolationException.class);
    Fuzz.run(
        "multistream",
        bytes ->
            Multistream.respond(
                new ByteArrayInputStream(bytes), OutputStream.nullOutputStream(), "/noise"::equals),
        IOException.class);
  }

  @Test
  void frames_of_a_connection() {
    for (boolean dialer : new boolean[] {false, true}) {
      Fuzz.run(
          "yamux", bytes -> new YamuxEnd(dialer, Limits.DEFAULT).receive(bytes), IOException.class);
    }
  }

  @Test
  void what_is_said_to_relays() {
    for (var protocol : RelayProtocol.values()) {
      Fuzz.run("relay", bytes -> protocol.read(new ByteArrayInputStream(bytes)), IOException.class);
    }
  }

  @Test
  void what_is_said_to_dial_each_other() {
    Fuzz.run(
        "punch", bytes -> PunchMessage.read(new ByteArrayInputStream(bytes)), IOException.class);
  }

  @Test
  void what_is_shouted_on_the_local_network() {
    Fuzz.run("mdns", MdnsMessage::decode, PeerViolationException.class);
  }
}
