package lockstep.sync;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.testkit.FuzzTarget;
import lockstep.testkit.FuzzTargets;

/// What members, would-be members and people with an invitation hand in; see [FuzzTargets].
class FuzzTest implements FuzzTargets {
  /// To the nonce in the corpus: the bytes from 0 to 31.
  private static final Blake3 COMMITMENT =
      Comparison.commitment(
          Blake3.parse("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));

  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(
        new FuzzTarget("sync-message", SyncMessage::decode, PeerViolationException.class),
        new FuzzTarget(
            "join-request",
            bytes -> JoinProtocol.readRequest(new ByteArrayInputStream(bytes)),
            IOException.class),
        new FuzzTarget(
            "join-reply",
            bytes -> JoinProtocol.readReply(new ByteArrayInputStream(bytes)),
            IOException.class),
        new FuzzTarget(
            "join-reveal",
            bytes -> JoinProtocol.readRevealed(new ByteArrayInputStream(bytes), COMMITMENT),
            IOException.class),
        new FuzzTarget("spoken-hello", SpokenMessages::readHello, PeerViolationException.class),
        new FuzzTarget("spoken-here", SpokenMessages::readHere, PeerViolationException.class),
        new FuzzTarget("spoken-open", SpokenMessages::readOpen, PeerViolationException.class),
        new FuzzTarget(
            "spoken-first",
            bytes -> SpokenMessages.readFirst("joiner", ProtoReader.of(bytes)),
            PeerViolationException.class),
        new FuzzTarget(
            "spoken-offer",
            bytes -> SpokenMessages.readOffer("inviter", bytes),
            PeerViolationException.class),
        new FuzzTarget(
            "spoken-proof",
            bytes -> SpokenMessages.readProof("joiner", bytes),
            PeerViolationException.class),
        new FuzzTarget(
            "spoken-sealed",
            bytes -> SpokenMessages.readSealed(bytes, (confirmation, encrypted) -> confirmation),
            PeerViolationException.class),
        new FuzzTarget(
            "spoken-code",
            bytes -> SpokenCode.parse(new String(bytes, UTF_8)),
            UserException.class),
        new FuzzTarget(
            "invitation",
            bytes -> InvitationCode.parse(new String(bytes, UTF_8)),
            UserException.class),
        new FuzzTarget(
            "invitation-body",
            bytes ->
                InvitationCode.parse(
                    InvitationCode.text(Arrays.copyOf(bytes, Math.min(1000, bytes.length)))),
            UserException.class),
        new FuzzTarget("applied", Applied::decode, IOException.class),
        new FuzzTarget("published", Published::decode, IOException.class),
        new FuzzTarget("doubted", Step.Doubted::decode, IOException.class));
  }
}
