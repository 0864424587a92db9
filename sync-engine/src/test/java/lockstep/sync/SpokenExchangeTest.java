package lockstep.sync;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.ProtoWriter;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpokenExchangeTest {
  private static final SpokenCode CODE = new SpokenCode(7, "acorn-zebra");
  private static final SpokenCode WRONG = new SpokenCode(7, "acorn-kiwi");
  private static final byte[] INVITATION = "2THE-INVITATION".getBytes(US_ASCII);

  private final Entropy entropy = Entropy.system();
  private final PeerId ana = peer(1);
  private final PeerId ben = peer(2);
  private final PeerId eve = peer(3);

  private static PeerId peer(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return new PeerId(PrivateKey.ofSeed(seed).publicKey());
  }

  private SpokenExchange.Joiner joiner(SpokenCode code) {
    return new SpokenExchange.Joiner(code, ben, ana, entropy);
  }

  private SpokenExchange.Inviter inviter(SpokenCode code) {
    return new SpokenExchange.Inviter(code, ana, ben, entropy);
  }

  @Test
  void who_knows_the_code_is_told_the_invitation() throws Exception {
    var joiner = joiner(CODE);
    var inviter = inviter(CODE);

    byte[] proof = joiner.proof(inviter.offer(joiner.first()));
    byte[] sealed = inviter.sealed(proof, INVITATION).orElseThrow();

    assertThat(joiner.open(sealed))
        .hasValueSatisfying(told -> assertThat(told).isEqualTo(INVITATION));
    assertThat(new String(sealed, US_ASCII)).doesNotContain("THE-INVITATION");
  }

  @Test
  void who_does_not_is_told_nothing() throws Exception {
    var joiner = joiner(WRONG);
    var inviter = inviter(CODE);

    byte[] proof = joiner.proof(inviter.offer(joiner.first()));

    assertThat(inviter.sealed(proof, INVITATION)).isEmpty();
  }

  @Test
  void who_only_pretends_to_have_made_the_code_is_found_out_by_the_joiner() throws Exception {
    var joiner = joiner(CODE);
    var pretender = inviter(WRONG);
    joiner.proof(pretender.offer(joiner.first()));
    var real = joiner(WRONG);
    var other = inviter(WRONG);
    byte[] sealed = other.sealed(real.proof(other.offer(real.first())), INVITATION).orElseThrow();

    assertThat(joiner.open(sealed)).isEmpty();
  }

  /// The peer ids that the connections prove are in it: who passes messages on between the two gets
  /// no further than his own guess.
  @Test
  void who_stands_in_the_middle_gets_nothing_by_passing_messages_on() throws Exception {
    var joiner = new SpokenExchange.Joiner(CODE, ben, eve, entropy);
    var inviter = new SpokenExchange.Inviter(CODE, ana, eve, entropy);

    assertThatThrownBy(() -> inviter.offer(joiner.first()))
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void what_was_said_in_an_earlier_run_is_of_no_use_in_another() throws Exception {
    var joiner = joiner(CODE);
    var inviter = inviter(CODE);
    byte[] first = joiner.first();
    byte[] proof = joiner.proof(inviter.offer(first));
    byte[] sealed = inviter.sealed(proof, INVITATION).orElseThrow();

    var again = inviter(CODE);
    again.offer(first);
    assertThat(refuses(() -> again.sealed(proof, INVITATION))).isTrue();
    var later = joiner(CODE);
    later.proof(inviter(CODE).offer(later.first()));
    assertThat(refuses(() -> later.open(sealed))).isTrue();
  }

  @Test
  void what_one_side_says_is_not_taken_from_the_other() throws Exception {
    var joiner = joiner(CODE);
    var mirror = joiner(CODE);
    byte[] first = joiner.first();
    byte[] offer = inviter(CODE).offer(mirror.first());

    assertThatThrownBy(() -> joiner.proof(first)).isInstanceOf(PeerViolationException.class);
    assertThatThrownBy(() -> inviter(CODE).offer(offer)).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void another_number_is_another_code() throws Exception {
    var joiner = joiner(new SpokenCode(8, CODE.secret()));
    var inviter = inviter(CODE);

    byte[] proof = joiner.proof(inviter.offer(joiner.first()));

    assertThat(inviter.sealed(proof, INVITATION)).isEmpty();
  }

  /// Whatever is changed on the way, nobody comes to believe anything.
  @ParameterizedTest
  @SeedSource(count = 12)
  void one_flipped_bit_anywhere_brings_no_invitation(long seed) {
    var gen = new Gen(seed);
    int message = gen.between(0, 3);
    assertThat(
            refuses(
                () -> {
                  var joiner = joiner(CODE);
                  var inviter = inviter(CODE);
                  byte[] first = flipped(gen, message == 0, joiner.first());
                  byte[] offer = flipped(gen, message == 1, inviter.offer(first));
                  byte[] proof = flipped(gen, message == 2, joiner.proof(offer));
                  Optional<byte[]> sealed = inviter.sealed(proof, INVITATION);
                  return sealed.isEmpty()
                      ? sealed
                      : joiner.open(flipped(gen, message == 3, sealed.get()));
                }))
        .as("message %d", message)
        .isTrue();
  }

  private static byte[] flipped(Gen gen, boolean flip, byte[] message) {
    byte[] changed = message.clone();
    if (flip) {
      changed[gen.between(0, changed.length - 1)] ^= (byte) (1 << gen.between(0, 7));
    }
    return changed;
  }

  private interface Step {
    Optional<byte[]> run() throws PeerViolationException;
  }

  private static boolean refuses(Step step) {
    try {
      return step.run().isEmpty();
    } catch (PeerViolationException e) {
      return true;
    }
  }

  /// Numbers that would make the key known to everybody.
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void numbers_outside_the_group_are_refused(int number) {
    byte[] weak = {(byte) number};
    var first = new ProtoWriter();
    for (int field = 1; field <= 6; field++) first.bytesAlways(field, weak);

    assertThatThrownBy(() -> inviter(CODE).offer(first.toBytes()))
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void numbers_that_are_too_long_are_refused_before_they_are_read() {
    byte[] tooLong = new byte[SpokenMessages.ELEMENT_MAX + 1];
    byte[] first = new ProtoWriter().bytes(1, tooLong).toBytes();

    assertThatThrownBy(() -> inviter(CODE).offer(first)).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void no_step_is_taken_twice_or_early() throws Exception {
    var joiner = joiner(CODE);
    var inviter = inviter(CODE);

    assertThatThrownBy(() -> inviter.sealed(new byte[0], INVITATION))
        .isInstanceOf(IllegalStateException.class);
    joiner.first();
    assertThatThrownBy(joiner::first).isInstanceOf(IllegalStateException.class);
  }
}
