package lockstep.sync;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.testkit.Fuzz;
import org.junit.jupiter.api.Test;

/// What members, would-be members and people with an invitation hand in; see [Fuzz].
class FuzzTest {
  /// To the nonce in the corpus: the bytes from 0 to 31.
  private static final Blake3 COMMITMENT =
      Comparison.commitment(
          Blake3.parse("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));

  @Test
  void conversations() {
    Fuzz.run("sync-message", SyncMessage::decode, PeerViolationException.class);
  }

  @Test
  void joining() {
    Fuzz.run(
        "join-request",
        bytes -> JoinProtocol.readRequest(new ByteArrayInputStream(bytes)),
        IOException.class);
    Fuzz.run(
        "join-reply",
        bytes -> JoinProtocol.readReply(new ByteArrayInputStream(bytes)),
        IOException.class);
    Fuzz.run(
        "join-reveal",
        bytes -> JoinProtocol.readRevealed(new ByteArrayInputStream(bytes), COMMITMENT),
        IOException.class);
  }

  @Test
  void short_codes() {
    Fuzz.run("spoken-hello", SpokenMessages::readHello, PeerViolationException.class);
    Fuzz.run("spoken-here", SpokenMessages::readHere, PeerViolationException.class);
    Fuzz.run("spoken-open", SpokenMessages::readOpen, PeerViolationException.class);
    Fuzz.run(
        "spoken-first",
        bytes -> SpokenMessages.readFirst("joiner", ProtoReader.of(bytes)),
        PeerViolationException.class);
    Fuzz.run(
        "spoken-offer",
        bytes -> SpokenMessages.readOffer("inviter", bytes),
        PeerViolationException.class);
    Fuzz.run(
        "spoken-proof",
        bytes -> SpokenMessages.readProof("joiner", bytes),
        PeerViolationException.class);
    Fuzz.run(
        "spoken-sealed",
        bytes -> SpokenMessages.readSealed(bytes, (confirmation, encrypted) -> confirmation),
        PeerViolationException.class);
    Fuzz.run(
        "spoken-code", bytes -> SpokenCode.parse(new String(bytes, UTF_8)), UserException.class);
  }

  @Test
  void invitations() {
    Fuzz.run(
        "invitation", bytes -> InvitationCode.parse(new String(bytes, UTF_8)), UserException.class);
    Fuzz.run(
        "invitation-body",
        bytes ->
            InvitationCode.parse(
                InvitationCode.text(Arrays.copyOf(bytes, Math.min(1000, bytes.length)))),
        UserException.class);
  }
}
