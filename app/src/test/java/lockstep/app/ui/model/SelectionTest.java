package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import lockstep.app.ui.model.Selection.Tick;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static final Path FILM = Path.of("/film");

  private final Selection selection =
      Selection.of(FILM, Snapshots.json("{'excluded': ['renders/old', 'notes.txt']}"));

  @Test
  void a_tick_says_whether_a_path_is_synced_with_all_below_it() {
    assertThat(selection.tick(FILM.resolve("scenes"))).isEqualTo(Tick.ON);
    assertThat(selection.tick(FILM.resolve("notes.txt"))).isEqualTo(Tick.OFF);
    assertThat(selection.tick(FILM.resolve("renders"))).isEqualTo(Tick.PARTLY);
    assertThat(selection.tick(FILM.resolve("renders/old/a"))).isEqualTo(Tick.OFF_WITH_ABOVE);
    assertThat(selection.tick(FILM.resolve("renders/older"))).isEqualTo(Tick.ON);
  }

  @Test
  void what_is_left_out_is_listed_where_it_belongs_so_that_it_can_be_taken_in_again() {
    assertThat(selection.in(FILM))
        .containsExactlyInAnyOrder(FILM.resolve("renders"), FILM.resolve("notes.txt"));
    assertThat(selection.in(FILM.resolve("renders"))).containsExactly(FILM.resolve("renders/old"));
    assertThat(selection.in(FILM.resolve("scenes"))).isEmpty();
  }

  @Test
  void who_leaves_files_out_does_not_count_as_having_everything() {
    Folder folder =
        Snapshots.folder(
            "film",
            "in-sync",
            ", {'name': 'a', 'connected': true, 'inSync': true, 'leftOutFiles': 2}"
                + ", {'name': 'b', 'connected': true, 'inSync': true}");

    assertThat(folder.safeOn()).isEqualTo(2);
  }
}
