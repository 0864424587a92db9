package lockstep.conflict;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import lockstep.base.RelPath;

/// The names of conflict copies: `notes (conflict laptop 2026-03-01).txt`, and from the second of
/// one device and day on `notes (conflict laptop 2026-03-01 2).txt`.
public final class ConflictName {
  private static final int DEVICE_BYTES_MAX = 64;

  /// What follows the last dot is kept as the extension up to this length; beyond, it is no type
  /// that a program would look for, and the stem is what there is to shorten.
  private static final int EXTENSION_BYTES_MAX = 32;

  private ConflictName() {}

  /// The name of a copy of `path`, beside it.
  ///
  /// @param device the name of the device whose version became the copy; made safe here
  /// @param utcDate the date of that version's save
  /// @param number from 1; 1 is not written
  public static RelPath of(RelPath path, String device, LocalDate utcDate, int number) {
    String name = path.name();
    int dot = extensionStart(name);
    String mark =
        " (conflict %s %s%s)"
            .formatted(safeDevice(device), utcDate, number > 1 ? " " + number : "");
    String end = mark + name.substring(dot);
    String stem = shorten(name.substring(0, dot), RelPath.COMPONENT_BYTES_MAX - utf8Length(end));
    return path.parent().resolve(stem + end);
  }

  /// A device's name as file names can hold it on every system: letters, digits, `-`, `_`, `.` and
  /// inner spaces stay, anything else becomes `-`; at most 64 bytes, never empty.
  public static String safeDevice(String device) {
    var safe = new StringBuilder();
    device
        .strip()
        .codePoints()
        .map(c -> Character.isLetterOrDigit(c) || "-_. ".indexOf(c) >= 0 ? c : '-')
        .forEach(safe::appendCodePoint);
    String name = shorten(safe.toString(), DEVICE_BYTES_MAX).strip();
    return name.isEmpty() ? "device" : name;
  }

  /// Where the extension begins, its dot included: a leading dot only hides the file.
  private static int extensionStart(String name) {
    int dot = name.lastIndexOf('.');
    boolean isExtension = dot > 0 && utf8Length(name.substring(dot)) <= EXTENSION_BYTES_MAX;
    return isExtension ? dot : name.length();
  }

  /// The longest beginning of whole characters (with the marks that combine with them) that fits.
  private static String shorten(String text, int bytesMax) {
    int end = text.length();
    while (utf8Length(text.substring(0, end)) > bytesMax) {
      end = text.offsetByCodePoints(end, -1);
      while (end > 0 && isMark(text.codePointAt(end))) {
        end = text.offsetByCodePoints(end, -1);
      }
    }
    return text.substring(0, end);
  }

  private static boolean isMark(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
          true;
      default -> false;
    };
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
