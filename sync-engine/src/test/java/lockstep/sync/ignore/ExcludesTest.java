package lockstep.sync.ignore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class ExcludesTest {
  private static final Excludes NONE = new Excludes("");
  private static final RelPath RENDERS = RelPath.of("renders");

  private static boolean leavesOut(Excludes excludes, String path, boolean directory) {
    return IgnoreRules.DEFAULT
        .excluding(excludes.text())
        .match(RelPath.of(path), directory)
        .filter(rule -> rule.file().equals(Excludes.FILE)) // the built-in rules have their say, too
        .isPresent();
  }

  @Test
  void a_path_goes_with_all_below_it_and_no_other_of_its_name() {
    Excludes excludes = NONE.with(RENDERS);

    assertThat(leavesOut(excludes, "renders", true)).isTrue();
    assertThat(leavesOut(excludes, "renders", false)).isTrue();
    assertThat(leavesOut(excludes, "renders/2026/a.exr", false)).isTrue();
    assertThat(leavesOut(excludes, "old/renders", true)).isFalse();
    assertThat(leavesOut(excludes, "renders2", true)).isFalse();
  }

  /// Whatever characters a name has.
  @ParameterizedTest
  @SeedSource(count = 300)
  void a_line_stands_for_just_one_path_and_is_found_again(long seed) {
    var gen = new Gen(seed);
    RelPath path = path(gen);
    RelPath other = path(gen);
    Excludes excludes = new Excludes("*.log\n").with(path);

    assertThat(excludes.paths()).containsExactly(path);
    assertThat(leavesOut(excludes, path.toString(), gen.chance(2))).as(excludes.text()).isTrue();
    assertThat(leavesOut(excludes, other.toString(), false)).isEqualTo(other.startsWith(path));
    assertThat(excludes.without(path).text()).isEqualTo("*.log\n");
  }

  private static RelPath path(Gen gen) {
    var names = new StringBuilder();
    for (int depth = gen.between(1, 3); depth > 0; depth--) {
      if (!names.isEmpty()) names.append('/');
      names.append('n');
      for (int length = gen.between(0, 6); length > 0; length--) {
        names.append("ab *?[]\\!#-\t^$.(){}+é|".charAt(gen.between(0, 21)));
      }
    }
    return RelPath.of(names.toString());
  }

  @Test
  void what_is_below_a_path_comes_and_goes_with_it() {
    Excludes deep = NONE.with(RelPath.of("renders/old")).with(RelPath.of("notes.txt"));

    Excludes all = deep.with(RENDERS);

    assertThat(all.paths()).containsExactly(RelPath.of("notes.txt"), RENDERS);
    assertThat(all.above(RelPath.of("renders/old"))).contains(RENDERS);
    assertThat(all.above(RENDERS)).isEmpty();
    assertThat(deep.without(RENDERS).paths()).containsExactly(RelPath.of("notes.txt"));
  }

  @Test
  void what_its_user_wrote_stays() {
    String own = "# mine\n\n*.exr\n!/keep.exr\n/a/**/b\n/d/";
    Excludes excludes = new Excludes(own);

    assertThat(excludes.paths()).isEmpty();
    assertThat(excludes.with(RENDERS).text()).isEqualTo(own + "\n/renders\n");
    assertThat(excludes.with(RENDERS).without(RENDERS).text()).isEqualTo(own + "\n");
    assertThat(excludes.without(RENDERS)).isSameAs(excludes);
  }

  @Test
  void a_name_that_no_line_can_hold_is_refused() {
    assertThatThrownBy(() -> NONE.with(RelPath.of("a\nb")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void what_was_chosen_here_decides_over_the_folders_own_rules() {
    var file = RelPath.of(IgnoreRules.FILE_NAME);
    IgnoreRules rules =
        IgnoreRules.of(List.of(new IgnoreRules.Source(file, "!/renders\n!renders/a\n*.log")))
            .excluding(NONE.with(RENDERS).text());

    assertThat(rules.match(RENDERS, true))
        .contains(new IgnoreRules.Rule(Excludes.FILE, 2, "/renders"));
    assertThat(rules.match(RelPath.of("renders/a"), false)).isPresent();
    assertThat(rules.match(RelPath.of("x.log"), false).map(IgnoreRules.Rule::file))
        .isEqualTo(Optional.of(IgnoreRules.FILE_NAME));
    assertThat(rules.excluding("").match(RENDERS, true)).isEmpty();
  }
}
