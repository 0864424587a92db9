package lockstep.conflict;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lockstep.base.RelPath;

/// The names of conflict copies: `notes (conflict laptop 2026-03-01).txt`, and from the second of
/// one device and day on `notes (conflict laptop 2026-03-01 2).txt`.
public final class ConflictName {
  private static final int DEVICE_BYTES_MAX = 64;

  /// What follows the last dot is kept as the extension up to this length; beyond, it is no type
  /// that a program would look for, and the stem is what there is to shorten.
  private static final int EXTENSION_BYTES_MAX = 32;

  private static final String MARK_START = " (conflict ";

  /// A device's name holds no bracket, so a mark ends at the first.
  private static final Pattern MARK =
      Pattern.compile(
          " \\(conflict ([^()]+) ([0-9]{4}-[0-9]{2}-[0-9]{2})(?: ([1-9][0-9]{0,8}))?\\)");

  /// The mark in all names that Lockstep gives to what it sets aside.
  private static final Pattern MADE =
      Pattern.compile(
          " \\((?:conflict|recovered) [^()]+ [0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]+)?\\)");

  private ConflictName() {}

  /// The name of a copy of `path`, beside it.
  ///
  /// @param device the name of the device whose version became the copy; made safe here
  /// @param utcDate the date of that version's save
  /// @param number from 1; 1 is not written
  public static RelPath of(RelPath path, String device, LocalDate utcDate, int number) {
    return marked(path, "conflict " + safeDevice(device), utcDate, number);
  }

  /// What the name of a copy tells of it.
  ///
  /// @param original the name it is a copy of. A long one was shortened for the copy, and is told
  ///   here as short as the copy has it: see [#of] for whether another could be meant.
  /// @param number from 1
  public record Parsed(RelPath original, String device, LocalDate utcDate, int number) {}

  /// Whether a path may be a copy's: quick, and true for some that are none.
  public static boolean isLikely(RelPath path) {
    return path.toString().contains(MARK_START);
  }

  /// Reads a name back; empty for one that [#of] would not have given.
  public static Optional<Parsed> parse(RelPath copy) {
    if (!isLikely(copy)) {
      return Optional.empty();
    }
    String name = copy.name();
    Matcher mark = MARK.matcher(name);
    for (int from = name.indexOf(MARK_START);
        from >= 0;
        from = name.indexOf(MARK_START, from + 1)) {
      Optional<Parsed> parsed =
          mark.region(from, name.length()).lookingAt() ? parse(copy, name, mark) : Optional.empty();
      if (parsed.isPresent()) {
        return parsed;
      }
    }
    return Optional.empty();
  }

  /// Which path a copy is one of, by its name; empty if it is none. See [Parsed] for long names.
  public static Optional<RelPath> original(RelPath copy) {
    return parse(copy).map(Parsed::original);
  }

  /// A mark may stand within the name that was copied: only one at which the name can be made again
  /// is meant.
  private static Optional<Parsed> parse(RelPath copy, String name, Matcher mark) {
    String original = name.substring(0, mark.start()) + name.substring(mark.end());
    try {
      RelPath path = copy.parent().resolve(original);
      LocalDate date = LocalDate.parse(mark.group(2));
      int number = mark.group(3) == null ? 1 : Integer.parseInt(mark.group(3));
      return of(path, mark.group(1), date, number).equals(copy)
          ? Optional.of(new Parsed(path, mark.group(1), date, number))
          : Optional.empty();
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// The name of a copy that its user keeps as an ordinary file: it says the same, and is no
  /// conflict copy's any more.
  ///
  /// @param number from 1; 1 is not written
  public static RelPath settled(Parsed copy, int number) {
    boolean misleads = copy.device().startsWith("conflict ");
    String whose = misleads ? "by " + copy.device() : copy.device();
    return marked(copy.original(), whose, copy.utcDate(), number);
  }

  /// The name that the bytes of a save take which the machine's end cut off: `notes (recovered
  /// laptop 2026-03-01).txt`, an ordinary file and no conflict copy.
  ///
  /// @param number from 1; 1 is not written
  public static RelPath recovered(RelPath path, String device, LocalDate utcDate, int number) {
    return marked(path, "recovered " + safeDevice(device), utcDate, number);
  }

  /// Whether a file has such a name as Lockstep gives to what it sets aside, be it a conflict copy
  /// or a save that was cut off.
  public static boolean isSetAside(RelPath path) {
    return MADE.matcher(path.name()).find();
  }

  private static RelPath marked(RelPath path, String whose, LocalDate utcDate, int number) {
    String name = path.name();
    int dot = extensionStart(name);
    String mark = " (%s %s%s)".formatted(whose, utcDate, number > 1 ? " " + number : "");
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
