package lockstep.sync;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import lockstep.chunk.ContentChangedException;
import lockstep.chunk.Splitter;

/// Tells a file whose save was cut off when the machine went down from one that was saved to its
/// end: by marks of its own format that are missing, or by zeros where its last bytes were to be. A
/// format is known by the file's first bytes; what is not known is never accused, as zeros at the
/// end of a disk image or an archive of tapes belong there.
///
/// Reads the two ends and a few lengths, whatever the size.
final class Torn {
  private static final int HEAD = 32 << 10;

  /// A zip's last record, with the longest comment that may follow it.
  private static final int TAIL = 22 + 0xFFFF;

  /// Fewer zeros may well be meant; disks lose whole sectors.
  private static final int ZEROS_MIN = 512;

  /// How far before its end a .blend file's last block may begin.
  private static final int ENDB_REACH = 256;

  private static final String PNG = "\u0089PNG\r\n\u001a\n";
  private static final String ZIP_END = "PK\5\6";
  private static final int ZIP_END_LENGTH = 22;

  /// In a zip's last record: the number is in another one, for it is too big for this.
  private static final long ZIP64 = 0xFFFF_FFFFL;

  /// Formats that begin with lines of text and go on in bytes, which may be zeros.
  private static final List<String> ONLY_BEGIN_AS_TEXT =
      List.of("P4", "P5", "P6", "P7", "PF", "Pf", "NRRD", "ply", "# vtk", "# .PCD");

  private static final int PHOTOSHOP_HEADER = 26;
  private static final int PHOTOSHOP_SIDE_MAX = 300_000;

  /// What is saved piece by piece, or was cut into pieces, has no end and is not torn.
  private static final Set<String> PIECES =
      Set.of("part", "partial", "crdownload", "opdownload", "download", "tmp");

  /// Names of formats that never begin with zeros.
  private static final Set<String> NEVER_ZERO =
      Set.of(
          "blend", "png", "psd", "psb", "zip", "jar", "apk", "epub", "docx", "xlsx", "pptx", "odt",
          "ods", "odp", "odg", "kra", "ora", "3mf", "sketch");

  private final String extension;
  private final long size;
  private final Splitter.Source file;

  /// As characters of one byte each.
  private final String head;

  /// What stands at the end before the zeros.
  private final String tail;

  /// How many zeros the file ends in, as far as was read.
  private final int zeros;

  private Torn(String name, long size, Splitter.Source file) throws IOException {
    this.extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    this.size = size;
    this.file = file;
    this.head = read(0, HEAD);
    String end = read(Math.max(0, size - TAIL), TAIL);
    this.tail = withoutZeros(end);
    this.zeros = end.length() - tail.length();
  }

  /// Without those at the end.
  private static String withoutZeros(String bytes) {
    int shown = bytes.length();
    while (shown > 0 && bytes.charAt(shown - 1) == 0) {
      shown--;
    }
    return bytes.substring(0, shown);
  }

  /// Why the file must be torn; empty if nothing says so.
  static Optional<String> why(String name, long size, Splitter.Source file) throws IOException {
    return size == 0 ? Optional.empty() : new Torn(name, size, file).why();
  }

  private Optional<String> why() throws IOException {
    if (PIECES.contains(extension) || extension.matches("z?[0-9]+")) {
      return Optional.empty();
    }
    if (head.startsWith("8BPS")) {
      return photoshop();
    }
    if (head.startsWith("BLENDER")) {
      String last = tail.substring(Math.max(0, tail.length() - ENDB_REACH));
      return unless(last.contains("ENDB"), "it is a .blend file without its last block");
    }
    if (head.startsWith("PK\3\4")) {
      return unless(isWholeZip(), "it is a zip-based file without its directory");
    }
    if (head.startsWith(PNG)) {
      return unless(tail.contains("IEND"), "it is a PNG without its last chunk");
    }
    boolean zeroed = zeros >= ZEROS_MIN && (isText() || isZeroFromTheStart());
    return zeroed ? Optional.of("it ends in zeros") : Optional.empty();
  }

  /// A file of a known format: it has its own mark of the end, and no zeros for more.
  private Optional<String> unless(boolean whole, String reason) {
    if (!whole) {
      return Optional.of(reason);
    }
    return zeros >= ZEROS_MIN ? Optional.of("it ends in zeros") : Optional.empty();
  }

  // ---- Text ------------------------------------------------------------------------------------

  private boolean isText() {
    String start = head.substring(0, (int) Math.min(head.length(), size - zeros));
    start = tail.isEmpty() ? withoutZeros(start) : start; // else they stand in the middle
    return !start.isEmpty()
        && (start.indexOf('\n') >= 0 || "{[<".indexOf(start.charAt(0)) >= 0)
        && ONLY_BEGIN_AS_TEXT.stream().noneMatch(start::startsWith)
        && isPlain(start)
        && isPlain(tail);
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c != 0x7F || "\t\n\r\f\u001b".indexOf(c) >= 0);
  }

  private boolean isZeroFromTheStart() {
    return NEVER_ZERO.contains(extension) && tail.isEmpty() && head.chars().allMatch(c -> c == 0);
  }

  // ---- Zip -------------------------------------------------------------------------------------

  /// The last record names where the directory stands, which is before it. (Its own last bytes may
  /// be zeros: they are those of the comment's length.)
  private boolean isWholeZip() {
    String end = tail + "\0".repeat(Math.min(zeros, ZIP_END_LENGTH));
    int at = end.lastIndexOf(ZIP_END);
    if (at < 0 || at + ZIP_END_LENGTH > end.length()) {
      return false;
    }
    ByteBuffer record = bytes(end).order(ByteOrder.LITTLE_ENDIAN);
    long length = Integer.toUnsignedLong(record.getInt(at + 12));
    long start = Integer.toUnsignedLong(record.getInt(at + 16));
    int comment = Short.toUnsignedInt(record.getShort(at + 20));
    long before = size - zeros - tail.length() + at;
    return before + ZIP_END_LENGTH + comment <= size
        && (length == ZIP64 || start == ZIP64 || start + length <= before);
  }

  // ---- Photoshop -------------------------------------------------------------------------------

  /// Header, three sections that begin with their length, the image. Pixels that are stored as they
  /// are may be zeros, compressed ones are not.
  private Optional<String> photoshop() throws IOException {
    long image = endOfSections();
    OptionalLong compression = image < 0 ? OptionalLong.empty() : number(image, 2);
    boolean isRaw = compression.equals(OptionalLong.of(0));
    boolean whole = compression.isPresent() && !(isRaw && rawBytes() > size - image - 2);
    Optional<String> torn = unless(whole, "it is a Photoshop file that is shorter than it says");
    return whole && isRaw ? Optional.empty() : torn;
  }

  /// Where the image begins; negative if the file ends before it.
  private long endOfSections() throws IOException {
    if (head.length() < PHOTOSHOP_HEADER) {
      return -1;
    }
    boolean isBig = bytes(head).getShort(4) == 2;
    long position = PHOTOSHOP_HEADER;
    for (int section = 0; section < 3; section++) {
      int digits = isBig && section == 2 ? 8 : 4;
      OptionalLong length = number(position, digits);
      position += digits;
      if (length.isEmpty() || Long.compareUnsigned(length.getAsLong(), size - position) > 0) {
        return -1;
      }
      position += length.getAsLong();
    }
    return position;
  }

  /// What an image takes that is not compressed; 0 if its header cannot be true.
  private long rawBytes() {
    ByteBuffer header = bytes(head);
    long channels = header.getShort(12);
    long height = header.getInt(14);
    long width = header.getInt(18);
    boolean possible =
        channels > 0 && height > 0 && width > 0 && Math.max(height, width) <= PHOTOSHOP_SIDE_MAX;
    return possible ? channels * height * ((width * header.getShort(22) + 7) / 8) : 0;
  }

  // ---- Bytes -----------------------------------------------------------------------------------

  /// A number of so many bytes, the highest first; empty if the file ends before it.
  private OptionalLong number(long position, int digits) throws IOException {
    String read = read(position, digits);
    return read.length() < digits
        ? OptionalLong.empty()
        : OptionalLong.of(new BigInteger(1, read.getBytes(ISO_8859_1)).longValue());
  }

  private static ByteBuffer bytes(String characters) {
    return ByteBuffer.wrap(characters.getBytes(ISO_8859_1));
  }

  /// Up to so many bytes as characters.
  private String read(long position, int length) throws IOException {
    byte[] bytes = new byte[Math.clamp(size - position, 0, length)];
    int read = 0;
    while (read < bytes.length) {
      int more = file.read(bytes, read, bytes.length - read, position + read);
      if (more < 0) {
        throw new ContentChangedException("it became shorter while it was read");
      }
      read += more;
    }
    return new String(bytes, ISO_8859_1);
  }
}
