package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.Node;
import lockstep.base.RelPath;
import org.junit.jupiter.api.Test;

class BusyTest {
  private static final RelPath FILE = RelPath.of("d/a");
  private static final RelPath DIRECTORY = RelPath.of("d");
  private static final Disk.Stat STAT = new Disk.Stat(Disk.Kind.FILE, 1, 2, 3, 0644, 4, 5, 1);

  private static final Content CONTENT = new Content(1, Blake3.of(new byte[1]));

  private static final Step.Outcome DONE = new Step.Outcome.Done(Optional.empty());

  private final Busy busy = new Busy();

  private void change(RelPath path) {
    Step step = new Step.Delete(path, STAT);
    busy.apply(step);
    busy.applied(step, DONE);
  }

  @Test
  void what_was_asked_for_before_a_step_changed_the_path_is_old_news() {
    busy.looking();
    change(FILE);

    assertThat(busy.isOldNews(FILE)).isTrue();
    assertThat(busy.isOldNews(RelPath.of("d/b"))).isFalse();
  }

  @Test
  void so_is_what_was_seen_below_a_directory_that_a_step_changed() {
    busy.looking();
    change(DIRECTORY);

    assertThat(busy.isOldNews(FILE)).isTrue();
  }

  @Test
  void what_is_asked_for_after_it_is_fresh() {
    busy.looking();
    change(FILE);
    busy.looking();
    busy.looked();

    assertThat(busy.isOldNews(FILE)).isFalse();
  }

  @Test
  void all_that_was_asked_for_before_it_is_old() {
    busy.looking();
    busy.looking();
    change(FILE);
    busy.looked();

    assertThat(busy.isOldNews(FILE)).isTrue();
  }

  @Test
  void a_step_that_nobody_was_looking_at_leaves_nothing_behind() {
    busy.looking();
    busy.looked();
    change(FILE);
    busy.looking();

    assertThat(busy.isOldNews(FILE)).isFalse();
  }

  @Test
  void a_mode_that_could_not_be_changed_makes_no_news_old() {
    busy.looking();
    busy.seal(FILE);
    busy.sealed(FILE, false);
    assertThat(busy.isOldNews(FILE)).isFalse();

    busy.seal(FILE);
    busy.sealed(FILE, true);
    assertThat(busy.isOldNews(FILE)).isTrue();
  }

  @Test
  void nor_does_a_step_that_was_not_taken() {
    busy.looking();
    Step step = new Step.Delete(FILE, STAT);
    busy.apply(step);
    busy.applied(step, new Step.Outcome.Stale());

    assertThat(busy.isOldNews(FILE)).isFalse();
  }

  @Test
  void what_is_hashed_is_overtaken_by_a_step_that_moves_its_directory() {
    busy.hash(FILE);
    Step step = new Step.MoveAside(DIRECTORY, RelPath.of("e"), STAT, Optional.empty());
    busy.apply(step);
    busy.applied(step, DONE);

    assertThat(busy.isOvertaken(FILE)).isTrue();
    busy.hashed(FILE);
    assertThat(busy.isOvertaken(FILE)).isFalse();
  }

  @Test
  void files_are_counted_once_and_directories_not_at_all() {
    Disk.Stat directory = new Disk.Stat(Disk.Kind.DIRECTORY, 0, 2, 3, 0755, 4, 5, 2);
    Step move = new Step.Move(FILE, STAT, RelPath.of("e/a"), new Node.File(CONTENT, 1, 0644));
    Step make = new Step.MakeDirectory(DIRECTORY, new Node.Directory(0755), Optional.empty());
    Step delete = new Step.Delete(RelPath.of("f"), directory);
    List.of(move, make, delete).forEach(busy::apply);

    assertThat(busy.applying()).isEqualTo(4);
    assertThat(busy.files()).isEqualTo(1);

    busy.applied(new Step.Record(move.path(), Applied.exactly(Node.ABSENT), true), DONE);
    assertThat(busy.files()).isEqualTo(1);
    List.of(move, make, delete).forEach(step -> busy.applied(step, DONE));
    assertThat(busy.files()).isZero();
  }

  @Test
  void a_record_changes_nothing() {
    busy.looking();
    Step step = new Step.Record(FILE, Applied.exactly(Node.ABSENT), true);
    busy.apply(step);
    busy.applied(step, DONE);

    assertThat(busy.isOldNews(FILE)).isFalse();
  }
}
