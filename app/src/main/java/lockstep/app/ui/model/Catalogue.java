package lockstep.app.ui.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the daemon says, in the language of the desktop's user.
///
/// The daemon speaks English, for what it says also goes to logs, terminals and scripts, and the
/// desktop of another user may be in another language. So its sentences are looked up here when
/// they are shown, as gettext does it: by what they say, with gaps (`{0}`, `{1}`) for what differs.
/// A sentence that is not in the catalogue stays as it is: to read English is better than to read
/// nothing.
///
/// The file of a language has pairs of lines: the sentence of the daemon, and below it the same in
/// that language. What fills a gap is looked up, too, unless it is quoted: `'{0}'` is a name.
///
/// Commands are for a terminal. They stand in the catalogue with the place in the window where the
/// same is done, which is why also English has one; `{page.locks}` is how that place is named
/// there.
final class Catalogue {
  /// Longer texts are no sentences.
  private static final int LENGTH_MAX = 4_000;

  /// How often the parts of a sentence are looked up: some are told by others, with any words.
  private static final int LOOKUPS_MAX = 64;

  /// What stands between the parts of a sentence: the looser joint first.
  private static final List<String> JOINTS = List.of("; ", ": ");

  /// What comes before a joint in French: no line may begin with one.
  private static final String FRENCH_SPACE = "\u00a0";

  private static final Pattern COMMAND_WITHIN = Pattern.compile("`([^`]+)`");
  private static final Pattern COMMAND = Pattern.compile("\\blockstep [a-z-]|(^|\\W)--[a-z]");
  private static final Pattern PLACE = Pattern.compile("\\{([a-z][a-z.-]*)\\}");

  private final Map<String, String> sentences = new HashMap<>();

  /// Those with gaps; the one that says the most comes first.
  private final List<Pair> patterns = new ArrayList<>();

  private final String beforeJoint;

  private record Pair(Template said, Template shown) {}

  private Catalogue(String file, String beforeJoint) {
    this.beforeJoint = beforeJoint;
    for (Map.Entry<String, String> pair : pairs(file).entrySet()) {
      Template said = Template.of(pair.getKey());
      if (said.gaps().isEmpty()) sentences.put(pair.getKey(), pair.getValue());
      else patterns.add(new Pair(said, Template.of(pair.getValue())));
    }
    patterns.sort(Comparator.comparingInt((Pair pair) -> pair.said.weight()).reversed());
  }

  /// The catalogue of the language that the window's own words are in.
  static Catalogue of(ResourceBundle words) {
    String french = Locale.FRENCH.getLanguage();
    return new Catalogue(
        PLACE
            .matcher(file(words.getLocale()))
            .replaceAll(place -> Matcher.quoteReplacement(words.getString(place.group(1)))),
        words.getLocale().getLanguage().equals(french) ? FRENCH_SPACE : "");
  }

  /// What a file says, from one language to the other.
  static Catalogue reading(String file) {
    return new Catalogue(file, FRENCH_SPACE);
  }

  /// @param locale without a language for English, as that of the window's words
  static String file(Locale locale) {
    String language = locale.getLanguage();
    String name = "/lockstep/app/ui/daemon" + (language.isEmpty() ? "" : "_" + language) + ".txt";
    try (InputStream in = Catalogue.class.getResourceAsStream(name)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The pairs of a file: lines that are empty or begin with `#` count for nothing.
  static Map<String, String> pairs(String file) {
    var pairs = new HashMap<String, String>();
    Iterator<String> lines =
        file.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).iterator();
    while (lines.hasNext()) {
      String said = lines.next();
      if (!lines.hasNext() || pairs.put(said, lines.next()) != null) {
        throw new IllegalArgumentException("'" + said + "' is alone, or there twice");
      }
    }
    return pairs;
  }

  /// The sentence in this language, or as it is.
  String translate(String said) {
    return said.length() > LENGTH_MAX ? said : new Reading().translate(said);
  }

  /// What to do, in this language; nothing where that is a command for which the window has no
  /// place.
  Optional<String> advise(String said) {
    return Optional.of(translate(said)).filter(told -> !COMMAND.matcher(told).find());
  }

  /// The way through one sentence and its parts.
  private final class Reading {
    private int lookups;

    String translate(String said) {
      String led =
          COMMAND_WITHIN
              .matcher(said)
              .replaceAll(
                  command ->
                      Matcher.quoteReplacement(find(command.group(1)).orElse(command.group())));
      return find(led).orElse(led);
    }

    Optional<String> find(String said) {
      if (said.isEmpty() || lookups++ >= LOOKUPS_MAX) return Optional.empty();
      String whole = sentences.get(said);
      if (whole != null) return Optional.of(whole);
      for (Pair pair : patterns) {
        Optional<Map<Integer, String>> values = pair.said.match(said);
        if (values.isPresent()) return Optional.of(fill(pair, values.get()));
      }
      return said.startsWith("(") && said.endsWith(")")
          ? find(said.substring(1, said.length() - 1)).map(within -> "(" + within + ")")
          : findParts(said);
    }

    private String fill(Pair pair, Map<Integer, String> values) {
      values.replaceAll((gap, value) -> pair.said.isName(gap) ? value : find(value).orElse(value));
      return pair.shown.fill(values);
    }

    /// Whoever could not do something says why, as it was told: `/film/a.txt: the disk is full`.
    private Optional<String> findParts(String said) {
      for (String joint : JOINTS) {
        int at = said.indexOf(joint);
        if (at < 0) continue;
        String before = said.substring(0, at);
        String after = said.substring(at + joint.length());
        Optional<String> first = find(before);
        Optional<String> second = find(after);
        if (first.isPresent() || second.isPresent()) {
          return Optional.of(first.orElse(before) + beforeJoint + joint + second.orElse(after));
        }
      }
      return Optional.empty();
    }
  }
}
