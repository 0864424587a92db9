package lockstep.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.params.ParameterizedTest;

/// The loop in machine code cuts where the one in Java does: else devices would cut one file
/// differently.
class FastCdcTest {
  @ParameterizedTest
  @SeedSource(count = 200)
  void machine_code_cuts_where_java_does(long seed) {
    assumeThat(FastCdc.MACHINE).as("this computer runs our machine code").isPresent();
    var gen = new Gen(seed);
    int min = gen.between(1, 300);
    int normal = Integer.highestOneBit(2 * min + gen.between(0, 2_000));
    int max = normal + gen.between(0, 4_000);
    var cdc = new FastCdc(new Chunking.ByContent(min, normal, max));
    byte[] bytes = gen.bytes(20_000);
    for (int at = 0, available; (available = bytes.length - at) > 0; ) {
      int length = cdc.cut(bytes, at, available);
      int end = Math.min(available, max);
      int inJava =
          available <= min ? available : cdc.cutInJava(bytes, at, Math.min(end, normal), end);
      assertThat(length)
          .as("at %d of min %d, normal %d, max %d", at, min, normal, max)
          .isEqualTo(inJava);
      at += length;
    }
  }
}
