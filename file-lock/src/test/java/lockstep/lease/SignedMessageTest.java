package lockstep.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.ProtoWriter;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class SignedMessageTest {
  private static final SignedMessage ASK =
      LeaseGen.sign(new LeaseMessage.Ask(RelPath.of("a.blend"), "please"));

  @ParameterizedTest
  @SeedSource(count = 200)
  void a_message_is_read_as_it_was_written(long seed) throws Exception {
    SignedMessage message = new LeaseGen(seed).signed();

    SignedMessage read = SignedMessage.verify(message.encode()).orElseThrow();

    assertThat(read).isEqualTo(message);
    assertThat(read.message()).isEqualTo(message.message());
    assertThat(read.folder()).isEqualTo(LeaseGen.FOLDER);
    assertThat(read.sender()).isEqualTo(LeaseGen.SIGNER.self());
  }

  @ParameterizedTest
  @SeedSource(count = 40)
  void a_message_that_was_cut_short_or_has_one_bit_flipped_is_none_or_refused(long seed) {
    var gen = new Gen(seed);
    SignedMessage message = new LeaseGen(seed).signed();
    byte[] whole = message.encode();
    for (int i = 0; i < 20; i++) {
      byte[] cut = Arrays.copyOf(whole, gen.between(0, whole.length - 1));
      assertThatThrownBy(() -> SignedMessage.verify(cut))
          .isInstanceOf(PeerViolationException.class);
      byte[] flipped = whole.clone();
      flipped[gen.between(0, whole.length - 1)] ^= (byte) (1 << gen.between(0, 7));
      assertThatThrownBy(() -> SignedMessage.verify(flipped))
          .isInstanceOf(PeerViolationException.class);
    }
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void bytes_of_any_kind_under_a_good_signature_end_in_no_other_exception(long seed) {
    var gen = new Gen(seed);
    byte[] body = MessageCodec.body(LeaseGen.FOLDER, LeaseGen.SIGNER.self(), ASK.message());
    byte[] twisted = gen.chance(50) ? gen.bytes(gen.between(0, 200)) : body.clone();
    for (int i = gen.between(1, 4); i > 0 && twisted.length > 0; i--) {
      twisted[gen.between(0, twisted.length - 1)] = gen.bytes(1)[0];
    }
    try {
      SignedMessage.verify(enveloped(1, twisted, LeaseGen.SIGNER));
    } catch (PeerViolationException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  @Test
  void what_somebody_else_has_signed_or_nobody_is_refused() {
    Signer other = Signer.of(PrivateKey.ofSeed(filled(PrivateKey.SEED_LENGTH)));
    byte[] body = MessageCodec.body(LeaseGen.FOLDER, LeaseGen.SIGNER.self(), ASK.message());
    byte[] unsigned = new ProtoWriter().varint(1, 1).bytes(2, body).toBytes();

    for (byte[] forged : new byte[][] {enveloped(1, body, other), unsigned}) {
      assertThatThrownBy(() -> SignedMessage.verify(forged))
          .isInstanceOf(PeerViolationException.class)
          .hasMessageContaining("not signed by its sender");
    }
  }

  @Test
  void a_signature_for_something_else_than_locks_counts_for_nothing() {
    byte[] body = MessageCodec.body(LeaseGen.FOLDER, LeaseGen.SIGNER.self(), ASK.message());
    byte[] plain =
        new ProtoWriter()
            .varint(1, 1)
            .bytes(2, body)
            .bytes(3, LeaseGen.SIGNER.sign(body))
            .toBytes();

    assertThatThrownBy(() -> SignedMessage.verify(plain))
        .hasMessageContaining("not signed by its sender");
  }

  @Test
  void a_message_that_is_too_long_is_refused_before_it_is_read() {
    assertThatThrownBy(() -> SignedMessage.verify(filled(SignedMessage.BYTES_MAX + 1)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("at most " + SignedMessage.BYTES_MAX);
  }

  @Test
  void the_longest_path_and_the_longest_texts_fit_into_every_message() throws Exception {
    RelPath path = RelPath.of(String.join("/", Collections.nCopies(128, "x".repeat(255))));
    String text = "y".repeat(LockRequest.TEXT_BYTES_MAX);
    LockRequest request =
        LockRequest.of(Optional.of(LeaseGen.FOLDER), Lock.EPOCH_MAX, Instant.EPOCH)
            .withNote(text)
            .overriding(text);
    var lock = new Lock(path, LeaseGen.SIGNER.self(), Lock.EPOCH_MAX, request);
    var held = new LockRecord.Phase.Held(new Strength.Unconfirmed());
    var record = new LockRecord(lock, 1, Long.MAX_VALUE, LeaseTerms.LENGTH_MAX, held);
    SignedMessage claim = LeaseGen.sign(new LeaseMessage.Claim(record));
    var inTheWay = Optional.of(new LeaseMessage.Relayed(claim, LeaseTerms.LENGTH_MAX));
    SignedMessage refusal =
        LeaseGen.sign(
            new LeaseMessage.Refusal(
                path, LeaseGen.SIGNER.self(), Lock.EPOCH_MAX, Lock.EPOCH_MAX, inTheWay));

    assertThat(SignedMessage.verify(claim.encode())).contains(claim);
    assertThat(SignedMessage.verify(refusal.encode())).contains(refusal);
  }

  @Test
  void a_length_that_is_not_there_takes_no_memory() {
    byte[] huge = {8, 1, 18, -1, -1, -1, -1, -1, -1, -1, -1, 127};

    assertThatThrownBy(() -> SignedMessage.verify(huge)).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void another_version_is_refused_and_an_unknown_kind_or_field_is_passed_over() throws Exception {
    byte[] body = MessageCodec.body(LeaseGen.FOLDER, LeaseGen.SIGNER.self(), ASK.message());
    byte[] more = joined(body, new ProtoWriter().string(99, "of a later version").toBytes());
    byte[] later =
        new ProtoWriter()
            .bytes(1, LeaseGen.FOLDER.bytes())
            .bytes(2, LeaseGen.SIGNER.self().key().bytes())
            .string(77, "a kind of a later version")
            .toBytes();

    assertThatThrownBy(() -> SignedMessage.verify(enveloped(2, body, LeaseGen.SIGNER)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("version 2");
    assertThat(SignedMessage.verify(enveloped(1, more, LeaseGen.SIGNER)).orElseThrow().message())
        .isEqualTo(ASK.message());
    assertThat(SignedMessage.verify(enveloped(1, later, LeaseGen.SIGNER))).isEmpty();
  }

  @Test
  void only_claims_are_passed_on_so_nothing_nests() {
    byte[] relayed = new ProtoWriter().bytes(1, ASK.encode()).varint(2, 1).toBytes();
    assertRefused(known(relayed, 1));

    byte[] empty = enveloped(1, known(new byte[0], 0), LeaseGen.SIGNER);
    assertRefused(known(new ProtoWriter().bytes(1, empty).varint(2, 1).toBytes(), 1));
  }

  @Test
  void no_more_claims_are_passed_on_at_once_than_allowed() {
    SignedMessage claim = new LeaseGen(1).claim();
    byte[] relayed = new ProtoWriter().bytes(1, claim.encode()).varint(2, 1).toBytes();

    assertRefused(known(relayed, MessageCodec.KNOWN_MAX + 1));
  }

  private static void assertRefused(byte[] body) {
    assertThatThrownBy(() -> SignedMessage.verify(enveloped(1, body, LeaseGen.SIGNER)))
        .isInstanceOf(PeerViolationException.class);
  }

  private static byte[] known(byte[] relayed, int count) {
    var claims = new ProtoWriter();
    for (int i = 0; i < count; i++) claims.bytesAlways(1, relayed);
    return new ProtoWriter()
        .bytes(1, LeaseGen.FOLDER.bytes())
        .bytes(2, LeaseGen.SIGNER.self().key().bytes())
        .message(13, claims)
        .toBytes();
  }

  /// Signed as a message of locks is.
  private static byte[] enveloped(int version, byte[] body, Signer signer) {
    byte[] domain = "lockstep/lease/1\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return new ProtoWriter()
        .varint(1, version)
        .bytes(2, body)
        .bytes(3, signer.sign(joined(domain, body)))
        .toBytes();
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 1);
    return bytes;
  }
}
