package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class BlendThumbnailTest {
  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

  /// A picture of one column: red over blue, written from the bottom.
  private static byte[] picture(ByteOrder order, int width, int height) {
    ByteBuffer content = ByteBuffer.allocate(8 + 8).order(order);
    content.putInt(width).putInt(height).order(ByteOrder.BIG_ENDIAN);
    return content.putInt(0x0000ffff).putInt(0xff0000ff).array();
  }

  private static byte[] block(ByteOrder order, int pointer, String code, byte[] content) {
    ByteBuffer block = ByteBuffer.allocate(16 + pointer + content.length).order(order);
    block.put(code.getBytes(StandardCharsets.ISO_8859_1)).putInt(content.length);
    block.position(16 + pointer).put(content);
    return block.array();
  }

  private static byte[] largeBlock(String code, byte[] content) {
    ByteBuffer block = ByteBuffer.allocate(32 + content.length).order(LITTLE);
    block.put(code.getBytes(StandardCharsets.ISO_8859_1)).position(16).putLong(content.length);
    block.position(32).put(content);
    return block.array();
  }

  private static byte[] file(String head, byte[]... blocks) throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    for (byte[] block : blocks) out.write(block);
    return out.toByteArray();
  }

  private static byte[] ordinary() throws IOException {
    return file(
        "BLENDER-v405",
        block(LITTLE, 8, "REND", new byte[72]),
        block(LITTLE, 8, "TEST", picture(LITTLE, 1, 2)));
  }

  private static Optional<BlendThumbnail> read(byte[] file) throws IOException {
    return BlendThumbnail.of(new ByteArrayInputStream(file));
  }

  private static void showsRedOverBlue(byte[] file) throws IOException {
    BlendThumbnail found = read(file).orElseThrow();
    assertThat(found.width()).isEqualTo(1);
    assertThat(found.height()).isEqualTo(2);
    assertThat(found.argb()).containsExactly(0xffff0000, 0xff0000ff);
  }

  @Test
  void the_picture_is_found_in_every_form_of_the_file() throws IOException {
    showsRedOverBlue(ordinary());
    showsRedOverBlue(
        file(
            "BLENDER_V249",
            block(ByteOrder.BIG_ENDIAN, 4, "TEST", picture(ByteOrder.BIG_ENDIAN, 1, 2))));
    showsRedOverBlue(
        file(
            "BLENDER17-01v0500",
            largeBlock("REND", new byte[72]),
            largeBlock("TEST", picture(LITTLE, 1, 2))));
  }

  @Test
  void a_file_that_was_saved_compressed_is_unpacked() throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(ordinary());
    }
    showsRedOverBlue(packed.toByteArray());
  }

  @Test
  void whatever_is_no_such_file_has_none() throws IOException {
    assertThat(read(new byte[0])).isEmpty();
    assertThat(read("BLENDER, an essay".getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(read(file("BLENDER-v405", block(LITTLE, 8, "ENDB", new byte[0])))).isEmpty();
  }

  @Test
  void a_file_that_is_cut_off_anywhere_has_none_and_does_no_harm() throws IOException {
    byte[] whole = ordinary();
    for (int length = 0; length < whole.length; length++) {
      assertThat(read(Arrays.copyOf(whole, length))).isEmpty();
    }
  }

  @Test
  void sizes_that_lie_take_no_memory() throws IOException {
    for (int side : new int[] {-1, 0, 3, 1 << 30, Integer.MAX_VALUE}) {
      byte[] lying = block(LITTLE, 8, "TEST", picture(LITTLE, side, side));
      assertThat(read(file("BLENDER-v405", lying))).isEmpty();
    }
  }
}
