package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class BatchTest {
  private final Batch batch = new Batch();
  private final List<Integer> frames = new ArrayList<>();
  private final ByteArrayOutputStream plain = new ByteArrayOutputStream();

  private int seal() {
    return batch.seal(
        (bytes, offset, length) -> {
          frames.add(length);
          plain.write(bytes, offset, length);
        });
  }

  @ParameterizedTest
  @SeedSource(count = 50)
  void bytes_lie_in_frames_of_legal_size_in_order(long seed) {
    var gen = new Gen(seed);
    var put = new ByteArrayOutputStream();
    for (int room = batch.room(1); room > 0; room = batch.room(gen.between(1, 300))) {
      byte[] piece = gen.bytes(gen.between(1, room));
      batch.put(piece, 0, piece.length);
      put.writeBytes(piece);
    }
    int length = seal();
    assertThat(plain.toByteArray()).isEqualTo(put.toByteArray());
    assertThat(frames).hasSize(Batch.FRAMES).allMatch(n -> n >= 1 && n <= Noise.PLAIN_MAX);
    assertThat(length).isEqualTo(put.size() + Batch.FRAMES * (2 + Noise.TAG_LENGTH));
    assertThat(batch.room(1)).isZero();
  }

  @Test
  void a_frame_is_filled_to_its_last_byte_before_the_next_begins() {
    byte[] bytes = new byte[100_000];
    assertThat(batch.room(12)).isEqualTo(Noise.PLAIN_MAX);
    batch.put(bytes, 0, Noise.PLAIN_MAX);
    assertThat(batch.hasFullFrame()).isFalse();
    assertThat(batch.room(1)).isEqualTo(Noise.PLAIN_MAX);
    assertThat(batch.hasFullFrame()).isTrue();
    batch.put(bytes, 0, 7);
    seal();
    assertThat(frames).containsExactly(Noise.PLAIN_MAX, 7);
  }

  @Test
  void an_empty_batch_seals_nothing_and_a_cleared_one_starts_over() {
    assertThat(seal()).isZero();
    batch.put(new byte[9], 0, 9);
    batch.clear();
    assertThat(batch.isEmpty()).isTrue();
    assertThat(seal()).isZero();
  }
}
