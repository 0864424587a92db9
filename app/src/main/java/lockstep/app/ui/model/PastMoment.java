package lockstep.app.ui.model;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// A moment of before, as people type it: a day and a time of it. It lasts to the end of its
/// second, so that what was saved within that counts: saves are known to the millisecond.
public final class PastMoment {
  private static final DateTimeFormatter WRITTEN = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter TYPED = DateTimeFormatter.ofPattern("H:mm[:ss]");

  private PastMoment() {}

  /// The time of day as it is typed: to read it again is to mean the same second.
  public static String time(Instant moment, ZoneId zone) {
    return WRITTEN.format(moment.atZone(zone));
  }

  /// @param time such as `9:30` or `21:30:59`
  public static Optional<Instant> read(LocalDate day, String time, ZoneId zone) {
    try {
      LocalTime typed = LocalTime.parse(time.strip(), TYPED);
      return Optional.of(
          day.atTime(typed).atZone(zone).toInstant().plus(1, ChronoUnit.SECONDS).minusNanos(1));
    } catch (DateTimeParseException noTime) {
      return Optional.empty();
    }
  }
}
