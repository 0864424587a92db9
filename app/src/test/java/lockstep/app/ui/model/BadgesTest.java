package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Locale;
import lockstep.base.TimeSource;
import org.junit.jupiter.api.Test;

class BadgesTest {
  private final Texts english = new Texts(Locale.ENGLISH, ZoneId.of("UTC"), TimeSource.system());

  private final Folder film =
      Folder.of(
          Snapshots.json(
              "{'name': 'film', 'path': '/film', 'state': 'in-sync', 'members': [{'self': true}],"
                  + " 'problems': [{'path': 'd/bad', 'reason': 'it is a device'}]}"));

  private final Snapshot now =
      Snapshots.with(
          Snapshots.with(
              Snapshots.of(film),
              Snapshots.conflict(
                  "{'id': '1', 'folder': 'film', 'path': 'a', 'copyPath': 'a (conflict)'}"),
              Snapshots.conflict("{'id': '2', 'folder': 'other', 'path': 'b', 'copyPath': 'c'}")),
          Snapshots.lock("{'folder': 'film', 'path': 'd/e', 'ownerName': 'Ben'}"),
          Snapshots.lock("{'folder': 'film', 'path': 'mine', 'mine': true}"),
          Snapshots.lock("{'folder': 'film', 'path': 'a', 'ownerName': 'Ben'}"));

  @Test
  void a_file_bears_what_is_most_urgent_of_it() {
    assertThat(said("/film/d/bad")).isEqualTo("It is a device");
    assertThat(said("/film/a")).isEqualTo("Saved by two people at once");
    assertThat(said("/film/a (conflict)")).isEqualTo("Saved by two people at once");
    assertThat(said("/film/d/e")).isEqualTo("Locked by Ben");
    assertThat(said("/film/mine")).isEqualTo("Locked by you");
  }

  @Test
  void what_is_just_synced_or_lies_in_another_folder_bears_none() {
    assertThat(said("/film/b")).isEmpty();
    assertThat(said("/film/d")).isEmpty();
  }

  private String said(String file) {
    return Badges.of(now, film).at(Path.of(file)).map(english::of).orElse("");
  }
}
