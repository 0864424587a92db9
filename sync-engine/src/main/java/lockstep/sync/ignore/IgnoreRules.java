package lockstep.sync.ignore;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import lockstep.base.RelPath;
import org.eclipse.jgit.ignore.FastIgnoreRule;
import org.jspecify.annotations.Nullable;

/// Which paths of a folder are not synced: the built-in rules, then those of every
/// `.lockstepignore`, with the syntax and the precedence of gitignore. A file deeper in the tree
/// decides over one above it, within one file the last match wins, and `!pattern` takes a path back
/// in, also from the built-in rules; but nothing below an ignored directory can be taken back. What
/// the user of this device chose for it alone ([Excludes]) decides over all of them. Lockstep's own
/// directory is ignored for good.
///
/// Ignoring a path stops syncing it here and deletes nothing anywhere. Immutable and thread-safe.
public final class IgnoreRules {
  /// The name of a file with rules for the directory that it lies in.
  public static final String FILE_NAME = ".lockstepignore";

  private static final int STANDINGS_MAX = 1_000;

  /// What `why` names as the file of a rule that no user wrote.
  static final String BUILT_IN = "the built-in rules";

  /// The built-in rules alone.
  public static final IgnoreRules DEFAULT =
      new IgnoreRules(RuleFile.parse(Excludes.FILE, ""), Map.of());

  private static final RuleFile BUILT_IN_RULES = RuleFile.parse(BUILT_IN, BuiltInRules.TEXT);
  private static final Rule RESERVED = new Rule(BUILT_IN, 1, "/" + RelPath.RESERVED);

  /// The text of one `.lockstepignore`.
  ///
  /// @param file where it lies; its rules are about that directory and all below
  public record Source(RelPath file, String text) {}

  /// One line that decides.
  ///
  /// @param file a path in the folder, or [#BUILT_IN]
  /// @param line counted from 1
  /// @param text as written
  public record Rule(String file, int line, String text) {}

  /// By the directory that the file lies in.
  private final Map<RelPath, RuleFile> files;

  private final RuleFile excludes;

  /// Directories that were asked about: whoever asks about one path soon asks about its neighbours.
  private final Map<RelPath, Standing> standings = new ConcurrentHashMap<>();

  private IgnoreRules(RuleFile excludes, Map<RelPath, RuleFile> files) {
    this.excludes = excludes;
    this.files = files;
  }

  /// The built-in rules and those of `sources`; of two with one path the later counts.
  static IgnoreRules of(List<Source> sources) {
    return DEFAULT.with(sources);
  }

  /// These rules with files read anew; an empty text takes a file's rules away.
  public IgnoreRules with(Collection<Source> changed) {
    if (changed.isEmpty()) {
      return this;
    }
    Map<RelPath, RuleFile> merged = new HashMap<>(files);
    for (Source source : changed) {
      RuleFile parsed = RuleFile.parse(source.file().toString(), source.text());
      if (parsed.isEmpty()) {
        merged.remove(source.file().parent());
      } else {
        merged.put(source.file().parent(), parsed);
      }
    }
    return new IgnoreRules(excludes, Map.copyOf(merged));
  }

  /// These rules with another text of [Excludes].
  public IgnoreRules excluding(String text) {
    return new IgnoreRules(RuleFile.parse(Excludes.FILE, text), files);
  }

  /// These rules with the [Excludes] of others.
  public IgnoreRules excludingAs(IgnoreRules others) {
    return excludes.equals(others.excludes) ? this : new IgnoreRules(others.excludes, files);
  }

  /// Whether a file in `directory` gives rules here.
  public boolean hasFileIn(RelPath directory) {
    return files.containsKey(directory);
  }

  /// The rule that keeps a path from being synced, be it about the path or about a directory on the
  /// way to it.
  ///
  /// @param directory whether a directory stands at the path
  public Optional<Rule> match(RelPath path, boolean directory) {
    if (path.isRoot()) return Optional.empty();
    Standing around = standing(path.parent());
    return around.ignored().isPresent()
        ? around.ignored()
        : around.scope().match(path.name(), directory);
  }

  /// How a directory stands under the rules.
  ///
  /// @param ignored the rule that ignores it, or a directory on the way to it
  /// @param scope the rules as they bear on what lies in it
  private record Standing(Optional<Rule> ignored, Scope scope) {}

  private Standing standing(RelPath directory) {
    Standing known = standings.get(directory);
    if (known != null) return known;
    Standing found = find(directory);
    if (standings.size() >= STANDINGS_MAX) standings.clear();
    standings.put(directory, found);
    return found;
  }

  private Standing find(RelPath directory) {
    if (directory.isRoot()) return new Standing(Optional.empty(), rootScope());
    Standing around = standing(directory.parent());
    String name = directory.name();
    return new Standing(
        around.ignored().or(() -> around.scope().match(name, true)),
        around.scope().below(directory, name));
  }

  /// The rules as they bear on what lies directly in `directory`, which is itself not ignored.
  public Scope scope(RelPath directory) {
    return standing(directory).scope();
  }

  private Scope rootScope() {
    RuleFile here = files.get(RelPath.ROOT);
    Anchored own = new Anchored(excludes, "");
    Anchored builtIn = new Anchored(BUILT_IN_RULES, "");
    return new Scope(
        own, here == null ? List.of(builtIn) : List.of(new Anchored(here, ""), builtIn));
  }

  /// A file's rules with the way from its directory to that of a scope: empty or ending in `/`.
  private record Anchored(RuleFile rules, String way) {
    RuleFile.@Nullable Line decide(String name, boolean directory) {
      return rules.decide(way, name, directory);
    }
  }

  /// The rules that bear on the entries of one directory, those of the deepest file first.
  public final class Scope {
    private final Anchored own;
    private final List<Anchored> anchored;

    /// @param own what was chosen for this device decides over all
    private Scope(Anchored own, List<Anchored> anchored) {
      this.own = own;
      this.anchored = anchored;
    }

    /// The rule that ignores the entry of that name, if any.
    public Optional<Rule> match(String name, boolean directory) {
      if (isReserved(name)) {
        return Optional.of(RESERVED);
      }
      RuleFile.Line decisive = own.decide(name, directory);
      for (int i = 0; decisive == null && i < anchored.size(); i++) {
        decisive = anchored.get(i).decide(name, directory);
      }
      return decisive != null && decisive.ignores()
          ? Optional.of(decisive.rule())
          : Optional.empty();
    }

    /// The scope of a directory in this one.
    Scope below(RelPath directory, String name) {
      RuleFile here = files.get(directory);
      List<Anchored> lower = new ArrayList<>(anchored.size() + 1);
      if (here != null) {
        lower.add(new Anchored(here, ""));
      }
      for (Anchored file : anchored) {
        lower.add(new Anchored(file.rules, file.way + name + '/'));
      }
      return new Scope(new Anchored(own.rules, own.way + name + '/'), lower);
    }
  }

  /// Spares the common name the folding of [RelPath#isReserved].
  private static boolean isReserved(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ' || c > '~') {
        return RelPath.of(name).isReserved();
      }
    }
    return name.equalsIgnoreCase(RelPath.RESERVED);
  }

  /// What a text of rules says; built on JGit's matcher, one object for each line.
  private static final class RuleFile {
    private final List<Line> lines;

    private RuleFile(List<Line> lines) {
      this.lines = lines;
    }

    static RuleFile parse(String file, String text) {
      List<Line> lines = new ArrayList<>();
      int number = 0;
      for (String line : text.lines().toList()) {
        number++;
        // A byte order mark is what some Windows editors begin a file with.
        String pattern = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
        Rule rule = new Rule(file, number, pattern);
        matcher(pattern).ifPresent(matcher -> lines.add(Line.of(matcher, rule)));
      }
      // The last match decides, so that is where a search begins.
      return new RuleFile(List.copyOf(lines.reversed()));
    }

    /// Empty for a line without a pattern, or with one that matches nothing.
    private static Optional<FastIgnoreRule> matcher(String pattern) {
      try {
        return Optional.of(new FastIgnoreRule(pattern)).filter(matcher -> !matcher.isEmpty());
      } catch (IndexOutOfBoundsException malformed) {
        return Optional.empty(); // JGit stumbles over a class of characters outside of brackets
      }
    }

    boolean isEmpty() {
      return lines.isEmpty();
    }

    @Nullable Line decide(String way, String name, boolean directory) {
      String path = null;
      for (Line line : lines) {
        if (!line.mayMatch(name)) {
          continue;
        }
        if (!line.nameOnly && path == null) {
          path = way + name;
        }
        if (line.matcher.isMatch(line.nameOnly ? name : path, directory, true)) {
          return line;
        }
      }
      return null;
    }

    /// @param nameOnly the pattern has no slash (but at its end), so it is about names in any
    ///   directory: matching the name alone is quicker than to find it at the end of a path
    /// @param first what a name must begin with to match, or [#ANY]
    /// @param last what it must end with, or [#ANY]
    private record Line(
        FastIgnoreRule matcher, Rule rule, boolean nameOnly, char first, char last) {
      private static final char ANY = 0;
      private static final String SPECIAL = "*?[]\\!";

      static Line of(FastIgnoreRule matcher, Rule rule) {
        String text = rule.text();
        int start = text.startsWith("!") ? 1 : 0;
        int end = text.endsWith("/") ? text.length() - 1 : text.length();
        boolean nameOnly = text.lastIndexOf('/', end - 1) < 0 && start < end;
        char first = nameOnly ? literal(text.charAt(start)) : ANY;
        char last = nameOnly ? literal(text.charAt(end - 1)) : ANY;
        return new Line(matcher, rule, nameOnly, first, last);
      }

      private static char literal(char c) {
        return SPECIAL.indexOf(c) >= 0 || Character.isWhitespace(c) ? ANY : c;
      }

      /// Rules out most lines for most names at the cost of two comparisons.
      boolean mayMatch(String name) {
        return (first == ANY || name.charAt(0) == first)
            && (last == ANY || name.charAt(name.length() - 1) == last);
      }

      boolean ignores() {
        return matcher.getResult();
      }
    }
  }
}
