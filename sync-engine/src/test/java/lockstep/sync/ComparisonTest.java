package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.params.ParameterizedTest;

class ComparisonTest {
  @ParameterizedTest
  @SeedSource(count = 20)
  void the_words_depend_on_the_folder_both_devices_and_both_nonces(long seed) {
    var gen = new Gen(seed);
    Blake3 folder = hash(gen);
    PeerId joiner = peer(gen);
    PeerId admitter = peer(gen);
    Blake3 one = hash(gen);
    Blake3 other = hash(gen);
    var words = new HashSet<String>();

    words.add(Comparison.words(folder, joiner, admitter, one, other));
    words.add(Comparison.words(hash(gen), joiner, admitter, one, other));
    words.add(Comparison.words(folder, peer(gen), admitter, one, other));
    words.add(Comparison.words(folder, joiner, peer(gen), one, other));
    words.add(Comparison.words(folder, joiner, admitter, hash(gen), other));
    words.add(Comparison.words(folder, joiner, admitter, one, hash(gen)));

    assertThat(words).hasSize(6).allMatch(text -> text.split("-").length == 4);
    assertThat(words).contains(Comparison.words(folder, joiner, admitter, one, other));
  }

  @ParameterizedTest
  @SeedSource(count = 20)
  void who_has_committed_to_a_nonce_cannot_show_another(long seed) {
    var gen = new Gen(seed);
    Blake3 nonce = hash(gen);
    Blake3 commitment = Comparison.commitment(nonce);

    assertThat(Comparison.isKept(commitment, nonce)).isTrue();
    assertThat(Comparison.isKept(commitment, hash(gen))).isFalse();
    assertThat(commitment).isNotEqualTo(nonce);
  }

  private static Blake3 hash(Gen gen) {
    return Blake3.fromBytes(gen.bytes(Blake3.LENGTH), 0);
  }

  private static PeerId peer(Gen gen) {
    return new PeerId(PrivateKey.ofSeed(gen.bytes(32)).publicKey());
  }
}
