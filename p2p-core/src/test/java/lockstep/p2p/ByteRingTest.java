package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class ByteRingTest {
  @ParameterizedTest
  @SeedSource(count = 200)
  void what_goes_in_comes_out_in_order_whatever_the_pieces(long seed) {
    var gen = new Gen(seed);
    var ring = new ByteRing();
    var in = new ByteArrayOutputStream();
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < 200; i++) {
      if (gen.chance(50)) {
        byte[] piece = gen.bytes(gen.between(0, 5000));
        ring.write(piece, 0, piece.length);
        in.writeBytes(piece);
      } else {
        int count = gen.between(0, ring.run());
        out.write(ring.array(), ring.head(), count);
        ring.skip(count);
      }
      assertThat(ring.size()).isEqualTo(in.size() - out.size());
    }
    while (ring.size() > 0) {
      int count = ring.run();
      out.write(ring.array(), ring.head(), count);
      ring.skip(count);
    }
    assertThat(out.toByteArray()).isEqualTo(in.toByteArray());
  }

  @Test
  void unread_bytes_stay_in_place_while_more_is_written() {
    var ring = new ByteRing();
    ring.write(new byte[] {1, 2, 3}, 0, 3);
    byte[] array = ring.array();
    int head = ring.head();
    ring.write(new byte[100_000], 0, 100_000);
    assertThat(Arrays.copyOfRange(array, head, head + 3)).containsExactly(1, 2, 3);
  }

  @Test
  void a_reader_that_keeps_up_costs_no_memory_anew() {
    var ring = new ByteRing();
    byte[] large = new byte[2 << 20];
    ring.write(large, 0, large.length);
    byte[] array = ring.array();
    ring.skip(large.length);
    ring.write(large, 0, large.length);
    assertThat(ring.array()).isSameAs(array);
  }

  @Test
  void trimming_lets_go_of_what_holds_nothing() {
    var ring = new ByteRing();
    ring.write(new byte[] {1, 2, 3}, 0, 3);
    ring.trim();
    assertThat(ring.size()).isEqualTo(3);
    ring.skip(3);
    ring.trim();
    assertThat(ring.array()).isEmpty();
  }

  @Test
  void more_than_there_is_cannot_be_skipped() {
    assertThatThrownBy(() -> new ByteRing().skip(1)).isInstanceOf(IllegalArgumentException.class);
  }
}
