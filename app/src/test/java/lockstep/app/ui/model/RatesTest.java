package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatesTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final Rates rates = new Rates();

  private void look(int second, boolean connected, long received, long sent) {
    String json =
        "{'peerId': 'a', 'connected': %s, 'bytesReceived': %d, 'bytesSent': %d}"
            .formatted(connected, received, sent);
    rates.note(START.plusSeconds(second), List.of(Peer.of(Snapshots.json(json))));
  }

  @Test
  void a_rate_is_what_was_transferred_between_two_looks() {
    look(0, true, 0, 0);
    look(2, true, 1000, 500);

    assertThat(rates.of("a")).containsExactly(new Rates.Point(START.plusSeconds(2), 500, 250));
  }

  @Test
  void a_connection_that_is_new_begins_anew() {
    look(0, true, 5000, 0);
    look(1, true, 100, 0);
    look(2, true, 300, 0);

    assertThat(rates.of("a")).extracting(Rates.Point::received).containsExactly(200.0);
  }

  @Test
  void who_is_away_has_no_rate() {
    look(0, true, 0, 0);
    look(1, true, 10, 0);
    look(2, false, 0, 0);

    assertThat(rates.of("a")).isEmpty();
    assertThat(rates.of("nobody")).isEmpty();
  }

  @Test
  void what_is_long_ago_is_forgotten() {
    for (int second = 0; second <= 600; second++) look(second, true, second, 0);

    assertThat(rates.of("a").getFirst().at()).isAfter(START.plusSeconds(600).minus(Rates.SPAN));
    assertThat(rates.of("a")).hasSizeLessThanOrEqualTo(120);
  }
}
