package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import lockstep.base.RelPath;
import lockstep.testkit.sim.Faults;
import lockstep.testkit.sim.SimNames;
import org.junit.jupiter.api.Test;

/// A disk fails in the middle of a step, so that only a look tells what the step has left.
class HalfDoneStepTest {
  private static final long SECOND = 1_000_000_000;
  private static final RelPath DIRECTORY = RelPath.of("d");
  private static final RelPath FILE = RelPath.of("f");
  private static final RelPath ELSEWHERE = RelPath.of("g");

  private final SimCluster cluster =
      SimCluster.uneventful(1, List.of(SimNames.EXACT, SimNames.EXACT));
  private final SimDevice ana = cluster.devices.getFirst();
  private final SimDevice ben = cluster.devices.getLast();

  @Test
  void what_a_look_that_failed_too_did_not_see_is_not_its_users_own() throws IOException {
    cluster.found((_, _) -> true);
    cluster.world.pass(10 * SECOND);
    ben.deafness = 100;
    ben.files.faults(this::failOnceItStands);
    ana.files.user().makeDirectory(DIRECTORY, 0755);
    cluster.world.pass(SECOND);
    assertThat(ben.tree()).containsOnlyKeys(DIRECTORY);
    ana.files.user().remove(DIRECTORY);
    cluster.world.pass(2 * SECOND);

    ben.files.faults(Faults.NONE);
    SimCluster.run(ben).put(new FolderEvent.Rescan(DIRECTORY, "a late event"));
    cluster.world.pass(SECOND);
    SimCluster.run(ben).put(new FolderEvent.Rescan(RelPath.ROOT, "it is time"));
    cluster.world.pass(60 * SECOND);

    assertThat(ana.tree()).isEmpty();
    assertThat(ben.tree()).isEmpty();
  }

  @Test
  void what_was_saved_where_a_file_had_been_moved_from_is_no_edit_of_that() throws IOException {
    cluster.found((_, _) -> true);
    ana.save(FILE, "what both know");
    cluster.world.pass(20 * SECOND);
    ben.files.faults(this::failOnceItIsMoved);
    ana.files.user().rename(FILE, ELSEWHERE);
    cluster.world.pass(5 * SECOND);
    assertThat(ben.tree()).containsOnlyKeys(ELSEWHERE);
    ben.save(FILE, "what was saved then");
    String saved = ben.tree().get(FILE) + "";
    ana.files.user().rename(ELSEWHERE, FILE);
    String known = ana.tree().get(FILE) + "";
    cluster.world.pass(5 * SECOND);

    ben.kill();
    ben.files.faults(Faults.NONE);
    ben.boot();
    cluster.world.pass(60 * SECOND);

    assertThat(ben.tree()).isEqualTo(ana.tree()).hasSize(2).containsEntry(FILE, known);
    assertThat(ben.tree()).containsValue(saved);
  }

  private void failOnceItIsMoved(Faults.Demand demand, RelPath path) throws IOException {
    if (demand == Faults.Demand.SYNC && ben.files.user().stat(ELSEWHERE).isPresent()) {
      throw new IOException("Input/output error");
    }
  }

  private void failOnceItStands(Faults.Demand demand, RelPath path) throws IOException {
    if (path.equals(DIRECTORY) && ben.files.user().stat(path).isPresent()) {
      throw new IOException("Input/output error");
    }
  }
}
