package lockstep.chunk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class ChunkFrameTest {
  private static final int MARGIN = 64;

  @ParameterizedTest
  @SeedSource(count = 100)
  void what_is_encoded_is_decoded_and_never_grows_by_more_than_a_byte(long seed) throws Exception {
    var gen = new Gen(seed);
    byte[] plain = plain(gen, gen.between(1, 200_000) >>> gen.between(0, 10) | 1);

    byte[] frame = ChunkFrame.encode(plain, 0, plain.length);

    assertThat(frame).hasSizeLessThanOrEqualTo(ChunkFrame.bytesMax(plain.length));
    byte[] out = new byte[plain.length + 2];
    ChunkFrame.decode(frame, ref(plain), out, 1);
    assertThat(Arrays.copyOfRange(out, 1, 1 + plain.length)).isEqualTo(plain);
  }

  @Test
  void text_is_compressed_and_noise_is_not() {
    byte[] text = "all work and no play ".repeat(3000).getBytes(UTF_8);
    byte[] noise = new Gen(1).bytes(60_000);

    assertThat(ChunkFrame.encode(text, 0, text.length)).hasSizeLessThan(text.length / 10);
    assertThat(ChunkFrame.encode(noise, 0, noise.length)).hasSize(noise.length + 1);
  }

  @Test
  void a_compressible_head_before_noise_does_not_make_the_frame_grow() {
    byte[] plain = new Gen(3).bytes(100_000);
    Arrays.fill(plain, 0, 4096, (byte) 0);
    assertThat(ChunkFrame.encode(plain, 0, plain.length)).hasSizeLessThanOrEqualTo(100_001);
  }

  @Test
  void frames_within_larger_arrays_come_back() throws Exception {
    byte[] plain = "0123456789".repeat(500).getBytes(UTF_8);
    byte[] buffer = new byte[7 + ChunkFrame.scratchBytes(4000)];
    int length = ChunkFrame.encode(plain, 100, 4000, buffer, 7);
    byte[] out = new byte[4000];
    var expected = new ChunkRef(Blake3.of(plain, 100, 4000), 4000);
    ChunkFrame.decode(Arrays.copyOfRange(buffer, 7, 7 + length), expected, out, 0);
    assertThat(out).isEqualTo(Arrays.copyOfRange(plain, 100, 4100));
  }

  @Test
  void frames_of_both_kinds_follow_each_other_on_a_stream() throws Exception {
    byte[] packed = "0123456789".repeat(500).getBytes(UTF_8);
    byte[] plain = new Gen(5).bytes(7000);
    var sent = new ByteArrayOutputStream();
    byte[] head = new byte[1];
    sent.write(head, 0, ChunkFrame.plainHead(head, 0));
    sent.writeBytes(plain);
    byte[] second = ChunkFrame.encode(packed, 0, packed.length);
    sent.writeBytes(second);

    var in = new ByteArrayInputStream(sent.toByteArray());
    var reader = new ChunkReader();
    byte[] out = new byte[plain.length + packed.length];
    reader.read(in, ChunkFrame.bytesMax(plain.length), ref(plain), out, 0);
    reader.read(in, second.length, ref(packed), out, plain.length);
    assertThat(Arrays.copyOf(out, plain.length)).isEqualTo(plain);
    assertThat(Arrays.copyOfRange(out, plain.length, out.length)).isEqualTo(packed);
    assertThat(in.available()).isZero();
  }

  @Test
  void a_stream_that_ends_within_a_frame_is_cut() {
    byte[] plain = new Gen(6).bytes(900);
    byte[] frame = ChunkFrame.encode(plain, 0, plain.length);
    var cut = new ByteArrayInputStream(frame, 0, 500);
    assertThatThrownBy(
            () -> new ChunkReader().read(cut, frame.length, ref(plain), new byte[900], 0))
        .isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @SeedSource(count = 300)
  void a_damaged_frame_is_a_violation_and_writes_nothing_outside_its_place(long seed)
      throws IOException {
    var gen = new Gen(seed);
    byte[] plain = plain(gen, gen.between(1, 20_000));
    byte[] frame = damaged(gen, ChunkFrame.encode(plain, 0, plain.length));
    byte[] out = new byte[plain.length + 2 * MARGIN];
    try {
      ChunkFrame.decode(frame, ref(plain), out, MARGIN);
      // A changed match of LZ4 may copy the same bytes from elsewhere.
      assertThat(Arrays.copyOfRange(out, MARGIN, MARGIN + plain.length)).isEqualTo(plain);
    } catch (PeerViolationException expected) {
      assertThat(expected).hasMessageStartingWith("chunk " + ref(plain).hash());
    }
    assertThat(Arrays.copyOf(out, MARGIN)).containsOnly(0);
    assertThat(Arrays.copyOfRange(out, MARGIN + plain.length, out.length)).containsOnly(0);
  }

  private static byte[] damaged(Gen gen, byte[] frame) {
    byte[] damaged = frame.clone();
    switch (gen.between(0, 3)) {
      case 0 -> damaged = Arrays.copyOf(frame, gen.between(0, frame.length - 1));
      case 1 -> damaged = Arrays.copyOf(frame, frame.length + gen.between(1, 50));
      case 2 -> damaged[0] ^= (byte) gen.between(1, 255);
      default -> damaged[gen.between(0, frame.length - 1)] ^= (byte) gen.between(1, 255);
    }
    return damaged;
  }

  @Test
  void a_bomb_is_stopped_at_the_length_asked_for() {
    byte[] zeros = new byte[1 << 20];
    byte[] bomb = ChunkFrame.encode(zeros, 0, zeros.length);
    assertThat(bomb).hasSizeLessThan(8_000);
    byte[] out = new byte[10_000 + MARGIN];

    assertThatThrownBy(() -> ChunkFrame.decode(bomb, ref(Arrays.copyOf(zeros, 10_000)), out, 0))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("does not unpack to its 10000 bytes");
  }

  @Test
  void the_right_length_with_the_wrong_bytes_is_a_violation() {
    byte[] plain = new Gen(5).bytes(1000);
    byte[] frame = ChunkFrame.encode(plain, 0, plain.length);
    var other = new ChunkRef(Blake3.of(new byte[1000]), 1000);
    assertThatThrownBy(() -> ChunkFrame.decode(frame, other, new byte[1000], 0))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("hashes to " + Blake3.of(plain));
  }

  private static byte[] plain(Gen gen, int length) {
    byte[] plain = gen.bytes(length);
    if (gen.chance(60)) {
      for (int i = 0; i < length; i++) plain[i] = (byte) (plain[i] & 3);
    }
    return plain;
  }

  private static ChunkRef ref(byte[] plain) {
    return new ChunkRef(Blake3.of(plain), plain.length);
  }
}
