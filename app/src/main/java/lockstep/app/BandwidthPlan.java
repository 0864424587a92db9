package lockstep.app;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import lockstep.sync.BandwidthLimits;

/// Which limits hold when: the usual ones, but within the hours of a period its own.
///
/// @param periods the first that holds counts
record BandwidthPlan(BandwidthLimits usual, List<Period> periods) {
  BandwidthPlan {
    periods = List.copyOf(periods);
  }

  /// Hours of some days, by the clock on the wall.
  ///
  /// @param days on which it begins
  /// @param to not included; before `from` it is that of the next day, equal to it a day later
  /// @param upload bytes per second, as in [BandwidthLimits]
  record Period(
      Set<DayOfWeek> days,
      LocalTime from,
      LocalTime to,
      OptionalLong upload,
      OptionalLong download) {
    Period {
      days = Set.copyOf(days);
    }

    boolean holds(LocalDateTime at) {
      LocalTime time = at.toLocalTime();
      DayOfWeek today = at.getDayOfWeek();
      if (from.isBefore(to)) {
        return days.contains(today) && !time.isBefore(from) && time.isBefore(to);
      }
      return days.contains(today) && !time.isBefore(from)
          || days.contains(today.minus(1)) && time.isBefore(to);
    }
  }

  /// @param clock asked only if the hour matters: to learn the time zone costs a start ten
  ///   milliseconds
  BandwidthLimits at(Supplier<LocalDateTime> clock) {
    if (periods.isEmpty()) return usual;
    LocalDateTime now = clock.get();
    return periods.stream()
        .filter(period -> period.holds(now))
        .findFirst()
        .map(period -> new BandwidthLimits(period.upload(), period.download(), usual.local()))
        .orElse(usual);
  }

  /// Reads `daily`, `mon-fri`, `sat,sun`.
  ///
  /// @throws IllegalArgumentException saying what would be right
  static Set<DayOfWeek> parseDays(String text) {
    if (text.equals("daily")) return EnumSet.allOf(DayOfWeek.class);
    var days = EnumSet.noneOf(DayOfWeek.class);
    for (String part : text.split(",", -1)) {
      List<String> ends = List.of(part.strip().split("-", -1));
      DayOfWeek last = parseDay(ends.getLast(), text);
      DayOfWeek day = parseDay(ends.getFirst(), text);
      days.add(day);
      while (day != last) {
        day = day.plus(1);
        days.add(day);
      }
    }
    return days;
  }

  private static DayOfWeek parseDay(String word, String text) {
    for (DayOfWeek day : DayOfWeek.values()) {
      if (word.length() >= 3 && day.name().startsWith(word.toUpperCase(Locale.ROOT))) return day;
    }
    throw new IllegalArgumentException(
        "'" + text + "' names no days; write for instance daily, mon-fri or sat,sun");
  }
}
