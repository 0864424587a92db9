package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.OptionalLong;
import lockstep.sync.BandwidthLimits;
import org.junit.jupiter.api.Test;

class BandwidthPlanTest {
  private static final BandwidthLimits USUAL =
      new BandwidthLimits(OptionalLong.empty(), OptionalLong.of(5_000_000), true);

  /// A Wednesday.
  private static LocalDateTime wednesday(String time) {
    return LocalDateTime.parse("2026-11-25T" + time);
  }

  private static BandwidthPlan.Period period(String days, String from, String to, long upload) {
    return new BandwidthPlan.Period(
        BandwidthPlan.parseDays(days),
        LocalTime.parse(from),
        LocalTime.parse(to),
        OptionalLong.of(upload),
        OptionalLong.empty());
  }

  private static OptionalLong upload(LocalDateTime at, BandwidthPlan.Period... periods) {
    return new BandwidthPlan(USUAL, List.of(periods)).at(() -> at).upload();
  }

  @Test
  void outside_all_periods_the_usual_limits_hold() {
    assertThat(new BandwidthPlan(USUAL, List.of()).at(() -> wednesday("12:00"))).isEqualTo(USUAL);
    assertThat(upload(wednesday("12:00"), period("thu-tue", "00:00", "00:00", 1 << 20))).isEmpty();
  }

  @Test
  void a_period_holds_from_its_beginning_until_just_before_its_end() {
    var work = period("mon-fri", "08:00", "18:00", 100_000);
    assertThat(upload(wednesday("07:59:59"), work)).isEmpty();
    assertThat(upload(wednesday("08:00"), work)).hasValue(100_000);
    assertThat(upload(wednesday("17:59:59"), work)).hasValue(100_000);
    assertThat(upload(wednesday("18:00"), work)).isEmpty();
  }

  @Test
  void a_period_that_ends_before_it_begins_goes_on_through_the_night() {
    var night = period("tue", "22:00", "06:00", 100_000);
    assertThat(upload(wednesday("05:59"), night)).hasValue(100_000);
    assertThat(upload(wednesday("06:00"), night)).isEmpty();
    assertThat(upload(wednesday("23:00"), night)).isEmpty();
    assertThat(upload(wednesday("05:59").minusDays(1), night)).isEmpty();
  }

  @Test
  void the_first_period_that_holds_counts_and_the_local_network_is_as_usual() {
    var plan =
        new BandwidthPlan(
            USUAL,
            List.of(
                period("wed", "12:00", "13:00", 1_000_000),
                period("daily", "00:00", "00:00", 100_000)));
    assertThat(plan.at(() -> wednesday("12:30")))
        .isEqualTo(new BandwidthLimits(OptionalLong.of(1_000_000), OptionalLong.empty(), true));
    assertThat(plan.at(() -> wednesday("13:00")).upload()).hasValue(100_000);
  }

  @Test
  void days_are_read_as_people_write_them() {
    assertThat(BandwidthPlan.parseDays("daily")).hasSize(7);
    assertThat(BandwidthPlan.parseDays("fri-mon"))
        .containsExactlyInAnyOrder(
            DayOfWeek.FRIDAY, DayOfWeek.SATURDAY, DayOfWeek.SUNDAY, DayOfWeek.MONDAY);
    assertThat(BandwidthPlan.parseDays("sat, Sunday"))
        .containsExactlyInAnyOrder(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);
    for (String wrong : List.of("", "weekdays", "mo", "mon-", "mon-fri,")) {
      assertThatThrownBy(() -> BandwidthPlan.parseDays(wrong)).hasMessageContaining("mon-fri");
    }
  }
}
