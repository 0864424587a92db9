package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeTest {
  @Test
  void what_is_done_in_one_go_is_one_thing_however_many_entries_tell_of_it() {
    var three =
        Change.together(
            List.of(
                entry("Anna", "05:30:12", "add", "c"),
                entry("Anna", "05:30:06", "add", "b"),
                entry("Anna", "05:30:00", "add", "a")));

    assertThat(three).hasSize(1);
    assertThat(three.getFirst().doings()).extracting(Doing::path).containsExactly("c", "b", "a");
    assertThat(three.getFirst().at()).isEqualTo(entry("", "05:30:12", "add", "").at());
  }

  @Test
  void what_others_did_or_later_or_otherwise_or_to_the_same_file_stays_apart() {
    var newer = entry("Anna", "05:30:20", "change", "b");

    assertThat(apart(newer, entry("Ben", "05:30:20", "change", "a"))).isTrue();
    assertThat(apart(newer, entry("Anna", "05:30:09", "change", "a"))).isTrue();
    assertThat(apart(newer, entry("Anna", "05:30:20", "delete", "a"))).isTrue();
    assertThat(apart(newer, entry("Anna", "05:30:20", "change", "b"))).isTrue();
    assertThat(apart(newer, entry("Anna", "05:30:10", "change", "a"))).isFalse();
  }

  private static boolean apart(Change newer, Change older) {
    return Change.together(List.of(newer, older)).equals(List.of(newer, older));
  }

  private static Change entry(String author, String time, String kind, String path) {
    return Change.of(
        Snapshots.json(
            "{'authorName': '%s', 'at': '2026-11-28T%sZ', 'kind': 'changes', 'lines': [],"
                    .formatted(author, time)
                + "'changes': [{'kind': '%s', 'what': 'file', 'path': '%s'}]}"
                    .formatted(kind, path)));
  }
}
