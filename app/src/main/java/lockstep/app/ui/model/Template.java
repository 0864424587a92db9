package lockstep.app.ui.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A sentence with gaps, `{0}`, `{1}`, in any order.
///
/// @param literals what stands before, between and behind the gaps: one more than there are gaps
/// @param gaps their numbers, in the order in which they stand
record Template(List<String> literals, List<Integer> gaps) {
  private static final Pattern GAP = Pattern.compile("\\{([0-9])\\}");
  private static final String QUOTE = "'";

  Template {
    literals = List.copyOf(literals);
    gaps = List.copyOf(gaps);
  }

  static Template of(String text) {
    var literals = new ArrayList<String>();
    var gaps = new ArrayList<Integer>();
    Matcher gap = GAP.matcher(text);
    int end = 0;
    while (gap.find()) {
      literals.add(text.substring(end, gap.start()));
      gaps.add(Integer.valueOf(gap.group(1)));
      end = gap.end();
    }
    literals.add(text.substring(end));
    return new Template(literals, gaps);
  }

  /// How many characters it says itself.
  int weight() {
    return literals.stream().mapToInt(String::length).sum();
  }

  /// Whether a gap stands in quotes.
  boolean isName(int gap) {
    int at = gaps.indexOf(gap);
    return literals.get(at).endsWith(QUOTE) && literals.get(at + 1).startsWith(QUOTE);
  }

  /// What fills the gaps of a text that this is the sentence of. Each gap is as short as can be.
  /// Without regular expressions, for which a text could be made that takes ages: this looks for
  /// each literal once.
  Optional<Map<Integer, String>> match(String text) {
    String first = literals.getFirst();
    String last = literals.getLast();
    int end = text.length() - last.length();
    if (!text.startsWith(first) || !text.endsWith(last)) return Optional.empty();
    var values = new HashMap<Integer, String>();
    int from = first.length();
    for (int i = 0; i < gaps.size(); i++) {
      String after = literals.get(i + 1);
      int to = i == gaps.size() - 1 ? end : text.indexOf(after, from);
      if (to < from || to > end) return Optional.empty();
      values.put(gaps.get(i), text.substring(from, to));
      from = to + after.length();
    }
    return Optional.of(values);
  }

  String fill(Map<Integer, String> values) {
    var text = new StringBuilder(literals.getFirst());
    for (int i = 0; i < gaps.size(); i++) {
      text.append(values.get(gaps.get(i))).append(literals.get(i + 1));
    }
    return text.toString();
  }
}
