package lockstep.app;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lockstep.sync.BandwidthLimits;

/// Sizes, rates and times as people write and read them.
final class Units {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([smhd])");

  private static final Pattern RATE =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?) ?([kKMG]i?)?B/s");

  private static final String OFF = "off";

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

  /// Reads `500 kB/s`, `1.5 MiB/s`, or `off`, which is no limit.
  ///
  /// @return bytes per second
  /// @throws IllegalArgumentException saying what would be right
  static OptionalLong parseRate(String text) {
    if (text.equals(OFF)) return OptionalLong.empty();
    Matcher parts = RATE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no rate; write for instance 500 kB/s, 2 MB/s or off");
    }
    String unit = parts.group(2) == null ? "" : parts.group(2).toLowerCase(Locale.ROOT);
    long base = unit.endsWith("i") ? 1024 : 1000;
    double factor = unit.isEmpty() ? 1 : Math.pow(base, "kmg".indexOf(unit.charAt(0)) + 1);
    return OptionalLong.of(Math.round(Double.parseDouble(parts.group(1)) * factor));
  }

  /// Reads a limit as [#parseRate] does, and refuses one that is too low to be kept to.
  ///
  /// @throws IllegalArgumentException saying what would be right
  static OptionalLong parseLimit(String text) {
    OptionalLong rate = parseRate(text);
    if (rate.orElse(BandwidthLimits.MIN) < BandwidthLimits.MIN) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is too little to tell a slow transfer from a dead one; the least is 16 KiB/s");
    }
    return rate;
  }

  /// What [#parseRate] reads: `500 kB/s`, `1.5 MB/s`, `off`; exact to a byte.
  static String rate(OptionalLong bytesPerSecond) {
    if (bytesPerSecond.isEmpty()) return OFF;
    long rate = bytesPerSecond.getAsLong();
    int unit = 0;
    while (unit < 3 && rate % Math.pow(1000, unit + 1) == 0) unit++;
    if (unit == 0 && rate % 1024 == 0) return rate / 1024 + " KiB/s";
    return rate / (long) Math.pow(1000, unit) + " " + List.of("", "k", "M", "G").get(unit) + "B/s";
  }

  /// `1 file`, `2 files`.
  static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
