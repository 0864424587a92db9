package lockstep.app.ui.model;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// The small picture that Blender puts into its files: the block `TEST`, among the first of a file
/// (Blender, writefile.cc and blend_file thumbnailers). Files that were compressed by Zstandard
/// have none for us.
///
/// @param argb line by line from the top
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BlendThumbnail(int width, int height, int[] argb) {
  private static final int SIDE_MAX = 1024;
  private static final int BLOCKS_MAX = 16;
  private static final long SKIPPED_MAX = 16 << 20;

  /// @return empty if the file is none of Blender's, or has no such picture
  public static Optional<BlendThumbnail> of(Path file) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
      return of(raw);
    }
  }

  static Optional<BlendThumbnail> of(InputStream raw) throws IOException {
    raw.mark(2);
    boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    var in = new DataInputStream(gzip ? new GZIPInputStream(raw) : raw);
    try {
      Optional<Blocks> blocks = Blocks.begin(in);
      return blocks.isEmpty() ? Optional.empty() : find(in, blocks.get());
    } catch (java.io.EOFException cutOff) {
      return Optional.empty();
    }
  }

  private static Optional<BlendThumbnail> find(DataInputStream in, Blocks blocks)
      throws IOException {
    for (int block = 0; block < BLOCKS_MAX; block++) {
      Block next = blocks.next(in);
      if (next.code().equals("TEST")) return picture(in, blocks.order(), next.length());
      if (next.code().equals("ENDB") || next.length() < 0 || next.length() > SKIPPED_MAX) break;
      in.skipNBytes(next.length());
    }
    return Optional.empty();
  }

  private static Optional<BlendThumbnail> picture(DataInputStream in, ByteOrder order, long length)
      throws IOException {
    ByteBuffer size = read(in, 8).order(order);
    int width = size.getInt();
    int height = size.getInt();
    boolean fits =
        width > 0
            && height > 0
            && width <= SIDE_MAX
            && height <= SIDE_MAX
            && length == 8 + 4L * width * height;
    if (!fits) return Optional.empty();
    ByteBuffer rgba = read(in, 4 * width * height);
    int[] argb = new int[width * height];
    for (int y = height - 1; y >= 0; y--) { // from the bottom
      for (int x = 0; x < width; x++) argb[y * width + x] = Integer.rotateRight(rgba.getInt(), 8);
    }
    return Optional.of(new BlendThumbnail(width, height, argb));
  }

  private static ByteBuffer read(DataInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private record Block(String code, long length) {}

  /// How the heads of a file's blocks are written.
  ///
  /// @param large as of Blender 5: `code, type, address, long length, long count`; before `code,
  ///   length, address, type, count`
  private record Blocks(boolean large, int pointer, ByteOrder order) {
    static Optional<Blocks> begin(DataInputStream in) throws IOException {
      String head = text(read(in, 12));
      if (head.matches("BLENDER[-_][vV]\\d{3}")) {
        return Optional.of(new Blocks(false, head.charAt(7) == '_' ? 4 : 8, order(head.charAt(8))));
      }
      if (!head.matches("BLENDER\\d\\d-\\d\\d")) return Optional.empty();
      String rest = text(read(in, 5));
      return rest.matches("v\\d{4}")
          ? Optional.of(new Blocks(true, 8, ByteOrder.LITTLE_ENDIAN))
          : Optional.empty();
    }

    private static ByteOrder order(char letter) {
      return letter == 'v' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    private static String text(ByteBuffer bytes) {
      return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }

    Block next(DataInputStream in) throws IOException {
      ByteBuffer head = read(in, large ? 32 : 16 + pointer).order(order);
      String code = text(head.slice(0, 4));
      return new Block(code, large ? head.getLong(16) : head.getInt(4));
    }
  }
}
