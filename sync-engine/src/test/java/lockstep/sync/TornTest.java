package lockstep.sync;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import lockstep.chunk.Splitter;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which files cannot have been saved to their end, and which are not for us to judge.
class TornTest {
  private static final int SECTOR = 512;

  /// A file of a format, whole.
  ///
  /// @param end before it, the file cannot be cut without being torn
  private record Sample(String name, byte[] bytes, int end) {}

  // ---- The formats -----------------------------------------------------------------------------

  private static List<Sample> known(Gen gen) throws IOException {
    return List.of(
        blend(gen), zip(gen), png(gen), photoshop(gen, false, 1), photoshop(gen, true, 1));
  }

  private static Sample blend(Gen gen) {
    byte[] data = gen.bytes(gen.between(2000, 200_000));
    byte[] bytes = concat(ascii("BLENDER-v402"), data, ascii("ENDB"), new byte[20]);
    return new Sample("scene.blend", bytes, bytes.length - 20);
  }

  private static Sample zip(Gen gen) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.setComment("x".repeat(gen.between(0, 300)));
      for (int i = 0; i <= gen.between(0, 5); i++) {
        zip.putNextEntry(new ZipEntry("part" + i));
        zip.write(gen.bytes(gen.between(2000, 50_000)));
      }
    }
    return new Sample("letter.docx", bytes.toByteArray(), bytes.size());
  }

  private static Sample png(Gen gen) {
    byte[] data = gen.bytes(gen.between(2000, 200_000));
    byte[] start = ascii("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR");
    byte[] bytes = concat(start, data, ascii("\0\0\0\0IEND\u00aeB`\u0082"));
    return new Sample("picture", bytes, bytes.length - 4);
  }

  private static Sample photoshop(Gen gen, boolean big, int compression) {
    int side = 200;
    byte[] header =
        ByteBuffer.allocate(26)
            .put(ascii("8BPS"))
            .putShort((short) (big ? 2 : 1))
            .position(12)
            .putShort((short) 3)
            .putInt(side)
            .putInt(side)
            .putShort((short) 8)
            .putShort((short) 3)
            .array();
    byte[] resources = gen.bytes(gen.between(0, 3000));
    byte[] layers = gen.bytes(gen.between(600, 90_000));
    byte[] sections =
        concat(
            number(0, 4),
            number(resources.length, 4),
            resources,
            number(layers.length, big ? 8 : 4),
            layers);
    byte[] image = compression == 0 ? new byte[3 * side * side] : gen.bytes(20_000);
    byte[] bytes = concat(header, sections, number(compression, 2), image);
    int end = compression == 0 ? bytes.length : header.length + sections.length + 2;
    return new Sample("poster.psd", bytes, end);
  }

  private static byte[] text(Gen gen) {
    var text = new StringBuilder("one line\n");
    for (int i = gen.between(0, 20_000); i > 0; i--) {
      text.append(gen.pick(List.of("word ", "\u00e9\u00df ", "\n", "\t", "0", "{}")));
    }
    return text.append('.').toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static byte[] number(long number, int digits) {
    return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(number).array(), 8 - digits, 8);
  }

  private static byte[] ascii(String characters) {
    return characters.getBytes(ISO_8859_1);
  }

  private static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] zeroed(byte[] bytes, int from) {
    byte[] zeroed = bytes.clone();
    Arrays.fill(zeroed, from, zeroed.length, (byte) 0);
    return zeroed;
  }

  private static Optional<String> why(String name, byte[] bytes) throws IOException {
    return Torn.why(name, bytes.length, source(bytes));
  }

  /// Reads short, as sources may.
  private static Splitter.Source source(byte[] bytes) {
    return (buffer, offset, length, position) -> {
      if (position >= bytes.length) return -1;
      int some = Math.min(Math.min(length, 5000), (int) (bytes.length - position));
      System.arraycopy(bytes, (int) position, buffer, offset, some);
      return some;
    };
  }

  // ---- Torn ------------------------------------------------------------------------------------

  @ParameterizedTest
  @SeedSource
  void a_file_that_is_shorter_than_its_format_says_is_torn(long seed) throws IOException {
    var gen = new Gen(seed);
    for (Sample whole : known(gen)) {
      byte[] cut = Arrays.copyOf(whole.bytes(), gen.between(8, whole.end() - 1));
      assertThat(why(whole.name(), cut)).as(whole.name()).isPresent();
    }
  }

  @ParameterizedTest
  @SeedSource
  void a_file_of_a_known_format_that_ends_in_zeros_is_torn(long seed) throws IOException {
    var gen = new Gen(seed);
    for (Sample whole : known(gen)) {
      int size = whole.bytes().length;
      byte[] zeroed = zeroed(whole.bytes(), gen.between(0, size - SECTOR));
      assertThat(why(whole.name().replace("picture", "picture.PNG"), zeroed))
          .as(whole.name())
          .isPresent();
      assertThat(why(whole.name(), Arrays.copyOf(whole.bytes(), size + SECTOR))).isPresent();
    }
  }

  @ParameterizedTest
  @SeedSource
  void a_text_that_ends_in_zeros_is_torn(long seed) throws IOException {
    var gen = new Gen(seed);
    byte[] text = text(gen);
    byte[] torn = Arrays.copyOf(text, text.length + gen.between(SECTOR, 200_000));
    assertThat(why("notes", torn)).contains("it ends in zeros");
    assertThat(why("one-line.json", concat(ascii("{\"a\": 1"), new byte[SECTOR]))).isPresent();
  }

  @Test
  void a_photoshop_image_without_all_its_pixels_is_torn() throws IOException {
    Sample raw = photoshop(new Gen(1), false, 0);
    assertThat(why("a.psd", Arrays.copyOf(raw.bytes(), raw.end() - 1))).isPresent();
  }

  // ---- Not torn --------------------------------------------------------------------------------

  @ParameterizedTest
  @SeedSource
  void what_was_saved_to_its_end_is_not_torn(long seed) throws IOException {
    var gen = new Gen(seed);
    for (Sample whole : known(gen)) {
      assertThat(why(whole.name(), whole.bytes())).as(whole.name()).isEmpty();
    }
    Sample black = photoshop(gen, gen.chance(50), 0);
    assertThat(why(black.name(), black.bytes())).isEmpty();
    byte[] text = text(gen);
    assertThat(why("notes.txt", text)).isEmpty();
    assertThat(why("notes.txt", Arrays.copyOf(text, text.length + SECTOR - 1))).isEmpty();
  }

  @ParameterizedTest
  @SeedSource
  void what_is_of_no_known_format_is_not_judged(long seed) throws IOException {
    var gen = new Gen(seed);
    byte[] zeros = new byte[gen.between(0, 200_000)];
    byte[] any = concat(number(gen.between(0, 8), 1), gen.bytes(gen.between(0, 100_000)));
    for (String name : List.of("any", "disk.img", "any.txt")) {
      assertThat(why(name, concat(any, zeros))).isEmpty();
      assertThat(why(name, zeros)).isEmpty();
    }
    assertThat(why("a.tar", concat(tar(text(gen)), zeros))).isEmpty();
    assertThat(why("black.pgm", concat(ascii("P5\n512 512\n255\n"), zeros))).isEmpty();
    assertThat(why("wide.txt", concat("a line\n".getBytes(UTF_16LE), zeros))).isEmpty();
  }

  private static byte[] tar(byte[] file) {
    byte[] header = Arrays.copyOf(ascii("notes.txt"), SECTOR);
    System.arraycopy(ascii("ustar\0"), 0, header, 257, 6);
    byte[] padding = new byte[SECTOR - file.length % SECTOR];
    return concat(header, file, padding, new byte[2 * SECTOR]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.blend", "a.png", "a.txt"})
  void an_empty_file_is_not_torn(String name) throws IOException {
    assertThat(why(name, new byte[0])).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"film.zip.001", "film.z01", "film.zip.part", "film.zip.crdownload"})
  void a_piece_of_a_file_is_not_torn(String name) throws IOException {
    assertThat(why(name, Arrays.copyOf(zip(new Gen(1)).bytes(), 1500))).isEmpty();
  }

  // ---- Bounds ----------------------------------------------------------------------------------

  @Test
  void little_is_read_however_long_the_file_is() throws IOException {
    var read = new AtomicLong();
    byte[] start = ascii("BLENDER-v402");
    Splitter.Source endless =
        (buffer, offset, length, position) -> {
          read.addAndGet(length);
          Arrays.fill(buffer, offset, offset + length, (byte) 1);
          if (position == 0) System.arraycopy(start, 0, buffer, offset, start.length);
          return length;
        };
    assertThat(Torn.why("huge.blend", 1L << 50, endless)).isPresent();
    assertThat(read.get()).isLessThanOrEqualTo(128 << 10);
  }
}
