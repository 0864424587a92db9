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
final class Catalogue {
  /// Longer texts are no sentences.
  private static final int LENGTH_MAX = 4_000;

  /// How often the parts of a sentence are looked up: some are told by others, with any words.
  private static final int LOOKUPS_MAX = 64;

  /// What stands between the parts of a sentence: the looser joint first.
  private static final List<String> JOINTS = List.of("; ", ": ");

  /// No line may begin with a joint.
  private static final String BEFORE_JOINT = "\u00a0";

  private final Map<String, String> sentences = new HashMap<>();

  /// Those with gaps; the one that says the most comes first.
  private final List<Pair> patterns = new ArrayList<>();

  private record Pair(Template said, Template shown) {}

  private Catalogue(String file) {
    for (Map.Entry<String, String> pair : pairs(file).entrySet()) {
      Template said = Template.of(pair.getKey());
      if (said.gaps().isEmpty()) sentences.put(pair.getKey(), pair.getValue());
      else patterns.add(new Pair(said, Template.of(pair.getValue())));
    }
    patterns.sort(Comparator.comparingInt((Pair pair) -> pair.said.weight()).reversed());
  }

  /// The catalogue of a language; an empty one where there is none, as for English.
  static Catalogue of(Locale locale) {
    return new Catalogue(file(locale));
  }

  /// What a file says, from one language to the other.
  static Catalogue reading(String file) {
    return new Catalogue(file);
  }

  static String file(Locale locale) {
    String name = "/lockstep/app/ui/daemon_" + locale.getLanguage() + ".txt";
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
    return said.length() > LENGTH_MAX ? said : new Reading().find(said).orElse(said);
  }

  /// The way through one sentence and its parts.
  private final class Reading {
    private int lookups;

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
          return Optional.of(first.orElse(before) + BEFORE_JOINT + joint + second.orElse(after));
        }
      }
      return Optional.empty();
    }
  }
}
