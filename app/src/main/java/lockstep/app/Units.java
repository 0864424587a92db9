package lockstep.app;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes, rates and times as people write and read them.
final class Units {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([smhd])");

  private Units() {}

  /// `0 B`, `12 KiB`, `1.5 GiB`.
  static String bytes(long bytes) {
    if (bytes < 1024) return bytes + " B";
    double value = bytes;
    int unit = -1;
    do {
      value /= 1024;
      unit++;
    } while (value >= 1023.5 && unit < 5);
    return String.format(
        Locale.ROOT, value < 10 ? "%.1f %ciB" : "%.0f %ciB", value, "KMGTPE".charAt(unit));
  }

  /// `8 s`, `3 min`, `2 h 5 min`, `4 d`.
  static String duration(Duration time) {
    if (time.toMinutes() == 0) return time.toSeconds() + " s";
    if (time.toHours() == 0) return time.toMinutes() + " min";
    if (time.toDays() == 0) return time.toHours() + " h " + time.toMinutesPart() + " min";
    return time.toDays() + " d";
  }

  /// Reads `30s`, `90m`, `24h`, `7d`.
  ///
  /// @throws IllegalArgumentException saying what would be right
  static Duration parseDuration(String text) {
    Matcher parts = DURATION.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no length of time; write for instance 90m, 24h or 7d");
    }
    long count = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /// `1 file`, `2 files`.
  static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
