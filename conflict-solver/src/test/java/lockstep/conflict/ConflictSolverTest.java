package lockstep.conflict;

import static lockstep.conflict.Race.directory;
import static lockstep.conflict.Race.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import lockstep.base.Node;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class ConflictSolverTest {
  private final Race race = new Race();

  @Test
  void a_chain_of_edits_is_no_conflict() {
    var first = race.publish(1, 1, file("1"));
    var second = race.publish(2, 2, file("2"), first);
    var third = race.publish(1, 3, file("3"), second);

    assertThat(race.resolve()).isEqualTo(new Resolution(third, third.history(), List.of()));
  }

  @Test
  void of_versions_that_raced_the_first_published_is_official_and_the_other_a_copy() {
    var base = race.publish(1, 1, file("base"));
    var later = race.publish(2, 5, file("later"), base);
    var earlier = race.publish(3, 4, file("earlier"), base);

    assertThat(race.resolve().official()).isEqualTo(earlier);
    assertThat(race.resolve().copies()).containsExactly(later);
    assertThat(race.resolve().history()).isEqualTo(later.history().merge(earlier.history()));
  }

  @Test
  void a_version_saved_under_a_later_lock_is_official_though_it_was_published_last() {
    var base = race.publish(1, 1, file("base"));
    var stale = race.publishUnder(4, 2, 2, file("stale"), base);
    var free = race.publish(3, 3, file("free"), base);
    var locked = race.publishUnder(5, 4, 4, file("locked"), base);

    assertThat(race.resolve().official()).isEqualTo(locked);
    assertThat(race.resolve().copies()).containsExactly(stale, free);
  }

  @Test
  void of_one_lock_and_of_none_the_first_published_is_official() {
    var base = race.publish(1, 1, file("base"));
    var first = race.publishUnder(5, 2, 2, file("first"), base);
    var second = race.publishUnder(5, 3, 3, file("second"), base);

    assertThat(race.resolve().official()).isEqualTo(first);
    assertThat(race.resolve().copies()).containsExactly(second);
  }

  @Test
  void a_lock_neither_makes_a_deletion_beat_an_edit_nor_takes_a_name_from_a_directory() {
    var base = race.publish(1, 1, file("base"));
    var edit = race.publish(2, 2, file("edit"), base);
    race.publishUnder(5, 3, 3, Node.ABSENT, base);
    assertThat(race.resolve().official()).isEqualTo(edit);

    var directory = race.publish(4, 4, directory(), base);
    var locked = race.publishUnder(9, 5, 5, file("locked"), base);
    assertThat(race.resolve().official()).isEqualTo(directory);
    assertThat(race.resolve().copies()).containsExactly(edit, locked);
  }

  @Test
  void a_lock_says_nothing_about_who_knew_its_work() {
    var locked = race.publishUnder(5, 1, 1, file("locked"));
    var next = race.publish(2, 2, file("next"), locked);

    assertThat(race.resolve()).isEqualTo(new Resolution(next, next.history(), List.of()));
  }

  @Test
  void equal_contents_are_no_conflict_and_the_next_edit_of_either_supersedes_both() {
    var mine = race.publish(1, 1, file("same"));
    race.publish(2, 2, file("same"));
    assertThat(race.resolve().official()).isEqualTo(mine);
    assertThat(race.resolve().copies()).isEmpty();

    var edit = race.publish(2, 3, file("next"), race.all().getLast());

    assertThat(race.resolve().official()).isEqualTo(edit);
    assertThat(race.resolve().copies()).isEmpty();
  }

  @Test
  void a_loser_whose_content_got_the_name_again_and_lost_again_is_another_loser() {
    var base = race.publish(1, 1, file("base"));
    var official = race.publish(2, 2, file("official"), base);
    var loser = race.publish(3, 3, file("lost"), base);
    var rival = race.publish(2, 4, file("rival"), official);
    var again = race.publish(3, 5, file("lost"), official, loser);

    assertThat(race.resolve().official()).isEqualTo(rival);
    assertThat(race.resolve().copies()).containsExactly(again);
  }

  @Test
  void an_edit_beats_a_deletion_whichever_was_published_first() {
    var base = race.publish(1, 1, file("base"));
    race.publish(2, 2, Node.ABSENT, base);
    var edit = race.publish(3, 3, file("edit"), base);
    race.publish(4, 4, Node.ABSENT, base);

    assertThat(race.resolve().official()).isEqualTo(edit);
    assertThat(race.resolve().copies()).isEmpty();
  }

  @Test
  void a_deletion_made_knowing_the_file_deletes_it() {
    var base = race.publish(1, 1, file("base"));
    var gone = race.publish(2, 2, Node.ABSENT, base);

    assertThat(race.resolve().official()).isEqualTo(gone);
  }

  @Test
  void a_later_version_of_a_loser_replaces_its_copy() {
    var winner = race.publish(1, 1, file("winner"));
    var loser = race.publish(2, 2, file("loser"));
    var improved = race.publish(2, 3, file("improved"), loser);

    assertThat(race.resolve().official()).isEqualTo(winner);
    assertThat(race.resolve().copies()).containsExactly(improved);
  }

  @Test
  void a_loser_that_its_writer_deletes_leaves_no_copy() {
    var winner = race.publish(1, 1, file("winner"));
    var loser = race.publish(2, 2, file("loser"));
    race.publish(2, 3, Node.ABSENT, loser);

    assertThat(race.resolve().official()).isEqualTo(winner);
    assertThat(race.resolve().copies()).isEmpty();
  }

  @Test
  void a_version_that_knows_the_race_leaves_the_copy_standing() {
    var winner = race.publish(1, 1, file("winner"));
    var loser = race.publish(2, 2, file("loser"));
    var next = race.publish(3, 3, file("next"), winner, loser);

    assertThat(race.resolve()).isEqualTo(new Resolution(next, next.history(), List.of(loser)));
  }

  @Test
  void an_edit_of_the_winner_leaves_the_copy_standing_even_if_it_loses_the_next_race() {
    var winner = race.publish(1, 1, file("winner"));
    var loser = race.publish(2, 2, file("loser"));
    var next = race.publish(1, 3, file("next"), winner, loser);
    var late = race.publish(2, 4, file("late"), winner, loser);

    assertThat(race.resolve().official()).isEqualTo(next);
    assertThat(race.resolve().copies()).containsExactly(loser, late);
  }

  @Test
  void who_saw_a_version_only_as_a_copy_does_not_replace_it_when_it_turns_out_to_be_official() {
    var first = race.publish(1, 1, file("first"));
    race.publish(2, 2, Node.ABSENT, first);
    var other = race.publish(3, 3, file("other"));
    var edit = race.publish(4, 4, file("edit of first"), first, other);

    assertThat(race.resolve().official()).isEqualTo(other);
    assertThat(race.resolve().copies()).containsExactly(edit);
  }

  @Test
  void directories_merge_and_take_the_name_from_a_file() {
    var file = race.publish(1, 1, file("file"));
    var directory = race.publish(2, 2, directory());
    race.publish(3, 3, directory());
    var link = race.publish(4, 4, new Node.Symlink("elsewhere"));

    assertThat(race.resolve().official()).isEqualTo(directory);
    assertThat(race.resolve().copies()).containsExactly(file, link);
  }

  @Test
  void a_path_without_versions_is_refused() {
    assertThatThrownBy(() -> ConflictSolver.resolve(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @SeedSource(count = 500)
  void the_result_depends_on_the_set_alone(long seed) {
    generate(new Gen(seed));
    var expected = race.resolve();

    var shuffled = new ArrayList<>(race.all());
    Collections.shuffle(shuffled, new Random(seed));

    assertThat(ConflictSolver.resolve(shuffled)).isEqualTo(expected);
  }

  @ParameterizedTest
  @SeedSource(count = 500)
  void no_content_vanishes_unless_a_writer_replaced_it(long seed) {
    generate(new Gen(seed));
    var result = race.resolve();

    for (Version version : race.all()) {
      assertThat(isVisible(version, result) || wasReplaced(version)).as("%s", version).isTrue();
    }
    assertThat(result.copies())
        .allMatch(copy -> copy.node().isLive() && !(copy.node() instanceof Node.Directory));
    assertThat(result.history())
        .isEqualTo(
            race.all().stream()
                .map(Version::history)
                .reduce(VersionVector.EMPTY, VersionVector::merge));
  }

  private static boolean isVisible(Version version, Resolution result) {
    return !version.node().isLive()
        || version.node().sameContent(result.official().node())
        || result.copies().stream().anyMatch(copy -> copy.node().sameContent(version.node()));
  }

  /// Whether somebody who had this content under the name published something else there.
  private boolean wasReplaced(Version version) {
    return race.all().stream()
        .map(this::seenUnderTheName)
        .anyMatch(seen -> seen.isPresent() && seen.get().node().sameContent(version.node()));
  }

  private Optional<Version> seenUnderTheName(Version version) {
    var known =
        race.all().stream().filter(v -> !v.equals(version) && version.supersedes(v)).toList();
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(ConflictSolver.resolve(known).official());
  }

  /// Up to five writers, each knowing some of what was published before.
  private void generate(Gen gen) {
    var nodes =
        List.of(file("a"), file("b"), file("c"), Node.ABSENT, directory(), new Node.Symlink("l"));
    for (int i = gen.between(1, 14); i > 0; i--) {
      int writer = gen.between(1, 5);
      var known =
          race.all().stream()
              .filter(v -> v.writer().device().bytes()[0] == writer || gen.chance(40))
              .toArray(Version[]::new);
      long clock = 1;
      for (Version version : known) {
        clock = Math.max(clock, version.clock() + 1);
      }
      race.publish(writer, clock, gen.pick(nodes), known);
    }
  }
}
