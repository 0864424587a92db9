package lockstep.base;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All kernels against the official test vectors and against Bouncy Castle.
class Blake3Test {
  private static final String CONTEXT = "BLAKE3 2019-12-27 16:29:52 test vectors context";
  private static final byte[] KEY = "whats the Elvish word for friend".getBytes(US_ASCII);

  /// Scalar always, the others where this computer has them: the build's own machines do.
  static Stream<Blake3Kernel> kernels() {
    return Stream.concat(
        Stream.concat(Stream.of(Blake3Kernels.SCALAR), Blake3Kernels.vector().stream()),
        Blake3Machine.all());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void every_official_test_vector_holds(Blake3Kernel kernel) throws IOException {
    int cases = 0;
    for (TestVector vector : TestVector.all()) {
      byte[] input = pattern(vector.length);
      assertThat(hash(Blake3Mode.HASH, kernel, input)).hasToString(vector.hash);
      assertThat(hash(Blake3Mode.keyed(KEY), kernel, input)).hasToString(vector.keyedHash);
      assertThat(hash(Blake3Mode.derived(CONTEXT), kernel, input)).hasToString(vector.derivedKey);
      cases++;
    }
    assertThat(cases).isEqualTo(22);
  }

  @Test
  void the_public_methods_give_the_official_test_vectors() throws IOException {
    for (TestVector vector : TestVector.all()) {
      byte[] input = pattern(vector.length);
      assertThat(Blake3.of(input)).hasToString(vector.hash);
      assertThat(Blake3.Hasher.keyed(KEY).update(input).digest()).hasToString(vector.keyedHash);
      assertThat(Blake3.derived(CONTEXT, input)).hasToString(vector.derivedKey);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void short_lengths_and_those_around_blocks_and_leaves_agree_with_bouncy_castle(
      Blake3Kernel kernel) {
    var random = new SplittableRandom(7);
    int[] edges = {0, 1, 2, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025, 2047, 2048, 2049};
    for (int length : edges) agrees(kernel, random, length);
    for (int leaves = 3; leaves < 70; leaves++) {
      for (int delta = -1; delta <= 1; delta++) agrees(kernel, random, leaves * 1024 + delta);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void random_inputs_agree_with_bouncy_castle(Blake3Kernel kernel) {
    var random = new SplittableRandom(42);
    for (int i = 0; i < 100; i++) agrees(kernel, random, random.nextInt(300_000) >>> i % 9);
  }

  private static void agrees(Blake3Kernel kernel, SplittableRandom random, int length) {
    byte[] around = new byte[length + 9];
    random.nextBytes(around);
    int offset = random.nextInt(9);
    var hash = new Blake3Tree(Blake3Mode.HASH, kernel).root(around, offset, length);
    assertThat(hash).as("%d bytes", length).isEqualTo(bouncyCastle(around, offset, length));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void subtrees_deep_in_an_input_beyond_4_tib_count_their_leaves_in_64_bits(Blake3Kernel kernel) {
    var scalar = new Blake3Tree(Blake3Mode.HASH, Blake3Kernels.SCALAR);
    byte[] input = pattern(64 * 1024);
    for (long first : new long[] {64, 1L << 31, (1L << 32) - 64, 1L << 32, (1L << 40) + 64}) {
      Blake3 expected = halves(scalar, input, 0, 64, first);
      var tree = new Blake3Tree(Blake3Mode.HASH, kernel);
      assertThat(tree.subtree(input, 0, input.length, first)).isEqualTo(expected);
    }
  }

  /// The definition of a subtree, leaf by leaf.
  private static Blake3 halves(Blake3Tree tree, byte[] input, int from, int count, long first) {
    if (count == 1) return tree.leaf(input, from * 1024, 1024, first, 0);
    Blake3 left = halves(tree, input, from, count / 2, first);
    Blake3 right = halves(tree, input, from + count / 2, count / 2, first + count / 2);
    return tree.parent(left, right, 0);
  }

  @RepeatedTest(60)
  void hashing_piece_by_piece_equals_hashing_at_once(RepetitionInfo run) {
    var random = new SplittableRandom(run.getCurrentRepetition());
    byte[] input = new byte[random.nextInt(500_000)];
    random.nextBytes(input);
    var hasher = Blake3.Hasher.plain().update(pattern(100)).reset();
    int pieceMax = 1 + (random.nextInt(400_000) >>> random.nextInt(16));
    for (int at = 0; at < input.length; ) {
      int length = Math.min(input.length - at, random.nextInt(pieceMax + 1));
      hasher.update(input, at, length);
      at += length;
    }
    assertThat(hasher.digest()).isEqualTo(Blake3.of(input));
    assertThat(hasher.digest()).as("a digest changes nothing").isEqualTo(Blake3.of(input));
  }

  @Test
  void derived_hashes_of_different_contexts_differ() {
    byte[] input = pattern(10);
    assertThat(Blake3.derived("a", input)).isNotEqualTo(Blake3.derived("b", input));
    assertThat(Blake3.derived("a", Arrays.copyOf(input, 4), Arrays.copyOfRange(input, 4, 10)))
        .isEqualTo(Blake3.derived("a", input));
  }

  @Test
  void ranges_outside_the_array_and_short_keys_are_refused() {
    assertThatThrownBy(() -> Blake3.of(new byte[9], 5, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Blake3.Hasher.keyed(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void words_and_hexadecimal_digits_come_back() {
    var hash = Blake3.of(new byte[] {1});
    assertThat(Blake3.fromWords(hash.words())).isEqualTo(hash);
    assertThat(Blake3.parse(hash.toString())).isEqualTo(hash);
  }

  private static Blake3 hash(Blake3Mode mode, Blake3Kernel kernel, byte[] input) {
    return new Blake3Tree(mode, kernel).root(input, 0, input.length);
  }

  private static Blake3 bouncyCastle(byte[] bytes, int offset, int length) {
    var digest = new Blake3Digest(Blake3.LENGTH);
    digest.update(bytes, offset, length);
    byte[] out = new byte[Blake3.LENGTH];
    digest.doFinal(out, 0);
    return Blake3.fromBytes(out, 0);
  }

  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return bytes;
  }

  private record TestVector(int length, String hash, String keyedHash, String derivedKey) {
    private static final Pattern CASE =
        Pattern.compile(
            "\"input_len\": (\\d+),\\s+\"hash\": \"(\\w{64})\\w+\",\\s+"
                + "\"keyed_hash\": \"(\\w{64})\\w+\",\\s+\"derive_key\": \"(\\w{64})\\w+\"");

    static Iterable<TestVector> all() throws IOException {
      try (var in = Blake3Test.class.getResourceAsStream("blake3_test_vectors.json")) {
        assertThat(in).isNotNull();
        return CASE.matcher(new String(in.readAllBytes(), US_ASCII))
            .results()
            .map(
                m ->
                    new TestVector(
                        Integer.parseInt(m.group(1)), m.group(2), m.group(3), m.group(4)))
            .toList();
      }
    }
  }
}
