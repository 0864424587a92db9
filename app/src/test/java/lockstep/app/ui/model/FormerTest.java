package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import lockstep.base.TimeSource;
import org.junit.jupiter.api.Test;

class FormerTest {
  private static final String BEN =
      ", {'peerId': 'p2', 'name': 'Ben', 'role': 'read-write', 'self': false}";

  private final Texts english = new Texts(Locale.ENGLISH, ZoneId.of("UTC"), TimeSource.system());

  @Test
  void who_left_and_who_was_removed_is_told_with_the_last_time() {
    List<Former> former =
        Former.of(
            Snapshots.folder("film", "in-sync"),
            List.of(
                entry("studio", "remove", "p2", "Ben"),
                entry("studio", "join", "p2", "Ben"),
                entry("Ben", "leave", "p2", "Ben"),
                entry("Cy", "leave", "p3", "Cy")));

    assertThat(former)
        .map(english::since)
        .map(line -> line.replaceAll("[\\u00a0\\u202f]", " "))
        .containsExactly(
            "Removed from “film” by studio, Nov 28, 2026, 5:30 AM",
            "Left “film”, Nov 28, 2026, 5:30 AM");
  }

  @Test
  void who_is_back_is_no_former_member() {
    assertThat(
            Former.of(
                Snapshots.folder("film", "in-sync", BEN),
                List.of(entry("studio", "remove", "p2", "Ben"))))
        .isEmpty();
  }

  @Test
  void a_folder_that_this_device_belongs_to_no_more_is_not_called_in_sync() {
    Folder left =
        Folder.of(
            Snapshots.json(
                "{'name': 'film', 'path': '/film', 'state': 'in-sync', 'members': [%s]}"
                    .formatted(BEN.substring(2))));

    assertThat(left.look()).isEqualTo(Folder.Look.LEFT);
    assertThat(english.headline(left)).isEqualTo("You no longer belong to this folder");
  }

  private static Change entry(String author, String kind, String peer, String name) {
    return Change.of(
        Snapshots.json(
            ("{'authorName': '%s', 'at': '2026-11-28T05:30:00Z', 'kind': 'grant', 'lines': [],"
                    + " 'belonging': {'kind': '%s', 'peerId': '%s', 'name': '%s'}}")
                .formatted(author, kind, peer, name)));
  }
}
