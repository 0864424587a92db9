package lockstep.sync.ignore;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import lockstep.base.RelPath;

/// The text of `.lockstep/exclude`: what this device does not sync of a folder, in the syntax of
/// gitignore. Lines that stand for one path and all below it come and go; what else its user wrote
/// there stays as it is. Immutable.
public record Excludes(String text) {
  /// What `why` names as the file of such a rule.
  public static final String FILE = RelPath.RESERVED + "/exclude";

  private static final String SPECIAL = "\\*?[]";
  private static final String HEAD =
      "# What is not synced on this device. See `lockstep folder exclude`.\n";

  /// The paths that lines stand for, in the order of their names.
  public List<RelPath> paths() {
    return text.lines().flatMap(line -> literal(line).stream()).sorted().distinct().toList();
  }

  /// The same, and a path with all below it; whose own lines are needed no more.
  ///
  /// @throws IllegalArgumentException if no line can hold the path's name
  public Excludes with(RelPath path) {
    String rest = without(path).text;
    String begun = rest.isEmpty() ? HEAD : rest.endsWith("\n") ? rest : rest + "\n";
    return new Excludes(begun + pattern(path) + "\n");
  }

  /// The same without the lines that stand for a path or for what is below it.
  public Excludes without(RelPath path) {
    Predicate<RelPath> goes = each -> each.startsWith(path);
    if (paths().stream().noneMatch(goes)) return this;
    return new Excludes(
        text.lines()
            .filter(line -> literal(line).filter(goes).isEmpty())
            .map(line -> line + "\n")
            .collect(Collectors.joining()));
  }

  /// The line that stands for just one path.
  static String pattern(RelPath path) {
    String name = path.toString();
    if (name.indexOf('\n') >= 0 || name.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("no line can hold a name with a line break");
    }
    var line = new StringBuilder("/");
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isLast = i == name.length() - 1;
      if (SPECIAL.indexOf(c) >= 0 || isLast && Character.isWhitespace(c)) line.append('\\');
      line.append(c);
    }
    return line.toString();
  }

  /// The path that a line stands for, if [#pattern] makes that line of it.
  private static Optional<RelPath> literal(String line) {
    if (!line.startsWith("/") || line.length() == 1) return Optional.empty();
    var name = new StringBuilder();
    for (int i = 1; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean isEscape = c == '\\' && i + 1 < line.length();
      name.append(isEscape ? line.charAt(++i) : c);
    }
    return path(name.toString()).filter(path -> pattern(path).equals(line));
  }

  private static Optional<RelPath> path(String name) {
    try {
      return Optional.of(RelPath.of(name));
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  /// What [#paths] has that a path lies below.
  public Optional<RelPath> above(RelPath path) {
    return paths().stream().filter(each -> path.startsWith(each) && !path.equals(each)).findFirst();
  }
}
