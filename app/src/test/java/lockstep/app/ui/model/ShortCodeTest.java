package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import lockstep.app.ui.model.ShortCode.Fate;
import org.junit.jupiter.api.Test;

class ShortCodeTest {
  private static final Instant MADE = Instant.parse("2026-11-28T05:30:00Z");
  private static final Instant SOON = MADE.plusSeconds(20);

  private final ShortCode code = new ShortCode("7-maple-violin", "film", MADE);
  private final Snapshot alone = Snapshots.of(Snapshots.folder("film", "in-sync"));

  private static Event event(String type, String folder, String number, String at) {
    return Snapshots.event(
        "{'type': '%s', 'folder': '%s', 'number': '%s', 'at': '%s', 'peer': 'p2'}"
            .formatted(type, folder, number, at));
  }

  private Fate after(Event... events) {
    return code.fate(alone, List.of(events), SOON);
  }

  @Test
  void it_holds_for_ten_minutes() {
    assertThat(code.fate(alone, List.of(), MADE.plus(Duration.ofMinutes(10)).minusMillis(1)))
        .isEqualTo(new Fate.Open());
    assertThat(code.fate(alone, List.of(), MADE.plus(Duration.ofMinutes(10))))
        .isEqualTo(new Fate.Expired());
  }

  @Test
  void who_has_used_it_is_named_once_that_is_known() {
    Event used = event("short-code-used", "film", "7", "2026-11-28T05:30:10Z");
    var joined =
        Snapshots.of(Snapshots.folder("film", "in-sync", ", {'name': 'laptop', 'peerId': 'p2'}"));

    assertThat(after(used)).isEqualTo(new Fate.Used(Optional.empty()));
    assertThat(code.fate(joined, List.of(used), SOON))
        .isEqualTo(new Fate.Used(Optional.of("laptop")));
    assertThat(code.fate(alone, List.of(used), MADE.plus(Duration.ofHours(1))))
        .isEqualTo(new Fate.Used(Optional.empty()));
  }

  @Test
  void a_wrong_try_is_its_end() {
    assertThat(after(event("short-code-burnt", "film", "7", "2026-11-28T05:30:10Z")))
        .isEqualTo(new Fate.Lost());
  }

  @Test
  void what_became_of_other_codes_does_not_matter() {
    assertThat(
            after(
                event("short-code-used", "film", "71", "2026-11-28T05:30:10Z"),
                event("short-code-used", "renders", "7", "2026-11-28T05:30:10Z"),
                event("short-code-burnt", "film", "7", "2026-11-28T05:29:59Z"),
                event("file-received", "film", "7", "2026-11-28T05:30:10Z")))
        .isEqualTo(new Fate.Open());
  }
}
