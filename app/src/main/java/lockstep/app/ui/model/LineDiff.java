package lockstep.app.ui.model;

import java.util.ArrayList;
import java.util.List;

/// The lines by which two texts differ, by their longest common subsequence.
public final class LineDiff {
  /// Longer texts are shown side by side without their differences.
  public static final int LINES_MAX = 2_000;

  private LineDiff() {}

  /// Whether a line stands in one text alone.
  public enum Kind {
    SAME,
    ONLY_LEFT,
    ONLY_RIGHT
  }

  /// One line of either or both texts.
  public record Line(Kind kind, String text) {}

  /// @throws IllegalArgumentException if a text has more than [#LINES_MAX] lines
  public static List<Line> between(List<String> left, List<String> right) {
    if (left.size() > LINES_MAX || right.size() > LINES_MAX) {
      throw new IllegalArgumentException("more than " + LINES_MAX + " lines");
    }
    short[][] common = common(left, right);
    var lines = new ArrayList<Line>();
    int l = 0;
    int r = 0;
    while (l < left.size() || r < right.size()) {
      if (l < left.size() && r < right.size() && left.get(l).equals(right.get(r))) {
        lines.add(new Line(Kind.SAME, left.get(l)));
        l++;
        r++;
      } else if (r == right.size() || (l < left.size() && common[l + 1][r] >= common[l][r + 1])) {
        lines.add(new Line(Kind.ONLY_LEFT, left.get(l++)));
      } else {
        lines.add(new Line(Kind.ONLY_RIGHT, right.get(r++)));
      }
    }
    return lines;
  }

  /// The same without what is far from any change.
  ///
  /// @param context how many unchanged lines stay on either side of a change
  public static List<Line> changes(List<String> left, List<String> right, int context) {
    List<Line> all = between(left, right);
    var near = new ArrayList<Line>();
    for (int i = 0; i < all.size(); i++) {
      int from = Math.max(0, i - context);
      int to = Math.min(all.size(), i + context + 1);
      if (all.subList(from, to).stream().anyMatch(line -> line.kind() != Kind.SAME)) {
        near.add(all.get(i));
      }
    }
    return near;
  }

  /// For each pair of positions, how many lines the rests have in common.
  private static short[][] common(List<String> left, List<String> right) {
    short[][] common = new short[left.size() + 1][right.size() + 1];
    for (int l = left.size() - 1; l >= 0; l--) {
      for (int r = right.size() - 1; r >= 0; r--) {
        common[l][r] =
            left.get(l).equals(right.get(r))
                ? (short) (common[l + 1][r + 1] + 1)
                : (short) Math.max(common[l + 1][r], common[l][r + 1]);
      }
    }
    return common;
  }
}
