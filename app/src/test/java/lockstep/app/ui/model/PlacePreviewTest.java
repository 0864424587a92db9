package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacePreviewTest {
  @TempDir Path directory;

  @Test
  void files_that_are_there_are_counted_without_what_links_lead_to() throws Exception {
    Files.writeString(
        Files.createDirectories(directory.resolve("place/sub")).resolve("a"), "12345");
    Files.createDirectories(directory.resolve("place/.lockstep/history"));
    Files.writeString(directory.resolve("place/.lockstep/history/old"), "not counted");
    Files.writeString(directory.resolve("outside"), "not counted");
    Files.createSymbolicLink(directory.resolve("place/loop"), directory);

    PlacePreview seen = PlacePreview.of(directory.resolve("place"));

    assertThat(seen.exists()).isTrue();
    assertThat(seen.files()).isEqualTo(2); // the file and the link itself
    assertThat(seen.writable()).isTrue();
  }

  @Test
  void a_place_that_is_to_be_made_is_judged_by_where_it_will_lie() throws Exception {
    PlacePreview seen = PlacePreview.of(directory.resolve("new/place"));

    assertThat(seen.exists()).isFalse();
    assertThat(seen.writable()).isTrue();
    assertThat(seen.freeBytes()).isPositive();
  }

  @Test
  void nothing_can_be_shared_below_a_file() throws Exception {
    Files.writeString(directory.resolve("file"), "");

    assertThat(PlacePreview.of(directory.resolve("file/place")).writable()).isFalse();
  }
}
