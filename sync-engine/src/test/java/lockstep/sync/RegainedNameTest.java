package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import lockstep.base.RelPath;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A file has made way for a directory. Whoever is alone changes its conflict copy, while for all
/// others the directory's last file goes, so that the file has its name again.
class RegainedNameTest {
  private static final long SECOND = 1_000_000_000;
  private static final RelPath DIRECTORY = RelPath.of("d");
  private static final RelPath FILE = RelPath.of("d/f");

  private final SimCluster cluster =
      SimCluster.uneventful(1, Collections.nCopies(3, SimNames.EXACT));
  private final SimDevice ana = cluster.devices.get(0);
  private final SimDevice ben = cluster.devices.get(1);
  private String directory = "";
  private RelPath copy = DIRECTORY;

  @BeforeEach
  void a_file_makes_way_for_a_directory() throws IOException {
    cluster.found((_, _) -> true);
    ana.files.user().makeDirectory(DIRECTORY, 0755);
    ana.save(FILE, "first");
    settle();
    parted();
    ana.files.user().remove(FILE);
    ana.files.user().remove(DIRECTORY);
    ana.save(DIRECTORY, "instead of it");
    ben.files.user().remove(FILE);
    ben.save(FILE, "second");
    together();
    assertThat(ana.tree()).hasSize(3).containsKeys(DIRECTORY, FILE);
    directory = ana.tree().get(DIRECTORY) + "";
    copy =
        ana.tree().keySet().stream()
            .filter(path -> path.name().contains("(conflict "))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void the_file_is_deleted_with_its_copy() throws IOException {
    parted();
    ana.files.user().remove(copy);
    ben.files.user().remove(FILE);
    together();

    assertThat(ana.tree()).isEqualTo(Map.of(DIRECTORY, directory));
  }

  @Test
  void an_edit_of_the_copy_is_one_of_the_file() throws IOException {
    parted();
    ana.files.user().remove(copy);
    ana.save(copy, "edited");
    String edited = ana.tree().get(copy);
    ben.files.user().remove(FILE);
    together();

    assertThat(ana.tree()).isEqualTo(Map.of(DIRECTORY, directory, copy, edited));
  }

  @Test
  void what_its_user_made_of_both_stands_where_they_made_it() throws IOException {
    parted();
    ana.files.user().remove(copy);
    ana.save(copy, "edited");
    ana.files.user().remove(FILE);
    ana.files.user().remove(DIRECTORY);
    ana.save(DIRECTORY, "instead of both");
    Map<RelPath, String> made = ana.tree();
    ben.files.user().remove(FILE);
    together();

    assertThat(ana.tree()).isEqualTo(made);
  }

  @Test
  void an_untouched_copy_takes_the_name_again() throws IOException {
    String file = ana.tree().get(copy);
    parted();
    ben.files.user().remove(FILE);
    together();

    assertThat(ana.tree()).isEqualTo(Map.of(DIRECTORY, file));
  }

  private void parted() {
    cluster.devices.stream()
        .filter(each -> each != ana)
        .forEach(each -> cluster.wire.cut(ana, each));
    cluster.world.pass(5 * SECOND);
  }

  private void together() {
    cluster.world.pass(20 * SECOND);
    cluster.wire.mend();
    settle();
  }

  private void settle() {
    cluster.world.pass(20 * SECOND);
    for (SimDevice device : cluster.devices) {
      assertThat(SimCluster.isInSync(device)).as(cluster.states()).isTrue();
      assertThat(device.tree()).isEqualTo(ana.tree());
    }
  }
}
