package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class PastMomentTest {
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final LocalDate DAY = LocalDate.of(2026, 11, 28);

  @Test
  void a_time_is_that_of_where_its_user_is() {
    assertThat(PastMoment.read(DAY, " 9:30 ", PARIS))
        .contains(Instant.parse("2026-11-28T08:30:00.999999999Z"));
  }

  @Test
  void what_was_saved_at_a_moment_that_is_shown_belongs_to_it() {
    Instant saved = Instant.parse("2026-11-28T20:30:59.420Z");

    assertThat(PastMoment.time(saved, PARIS)).isEqualTo("21:30:59");
    assertThat(PastMoment.read(DAY, PastMoment.time(saved, PARIS), PARIS))
        .hasValueSatisfying(moment -> assertThat(moment).isAfter(saved));
  }

  @Test
  void what_is_no_time_of_a_day_is_none() {
    for (String typed : new String[] {"", "noon", "24:01", "9.30", "9:3"}) {
      assertThat(PastMoment.read(DAY, typed, PARIS)).as(typed).isEmpty();
    }
  }
}
