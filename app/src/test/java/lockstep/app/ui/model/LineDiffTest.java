package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lockstep.app.ui.model.LineDiff.Kind;
import lockstep.app.ui.model.LineDiff.Line;
import org.junit.jupiter.api.Test;

class LineDiffTest {
  @Test
  void a_changed_line_stands_once_for_each_side() {
    assertThat(LineDiff.between(List.of("a", "b", "c"), List.of("a", "x", "c")))
        .containsExactly(
            new Line(Kind.SAME, "a"),
            new Line(Kind.ONLY_LEFT, "b"),
            new Line(Kind.ONLY_RIGHT, "x"),
            new Line(Kind.SAME, "c"));
  }

  @Test
  void each_side_can_be_read_back_from_the_difference() {
    List<String> left = List.of("1", "2", "3", "4", "2");
    List<String> right = List.of("2", "4", "1", "2", "5");
    List<Line> lines = LineDiff.between(left, right);

    assertThat(lines.stream().filter(l -> l.kind() != Kind.ONLY_RIGHT).map(Line::text))
        .containsExactlyElementsOf(left);
    assertThat(lines.stream().filter(l -> l.kind() != Kind.ONLY_LEFT).map(Line::text))
        .containsExactlyElementsOf(right);
  }

  @Test
  void what_is_far_from_a_change_is_left_out() {
    assertThat(LineDiff.changes(List.of("1", "2", "3", "4"), List.of("1", "2", "3", "x"), 1))
        .extracting(Line::text)
        .containsExactly("3", "4", "x");
  }

  @Test
  void equal_texts_differ_in_nothing() {
    assertThat(LineDiff.changes(List.of("a", "b"), List.of("a", "b"), 3)).isEmpty();
  }
}
