package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CatalogueTest {
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));

  /// Shorter ones stand anywhere.
  private static final int TELLING = 5;

  private static final Map<String, String> FRENCH =
      Catalogue.pairs(Catalogue.file(Locale.CANADA_FRENCH));
  private static final Map<String, String> ENGLISH = Catalogue.pairs(Catalogue.file(Locale.ROOT));

  private static final Catalogue ENGLISH_SHOWN = shown(Locale.ENGLISH);
  private static final Catalogue FRENCH_SHOWN = shown(Locale.FRENCH);

  /// Who, beside the engine, speaks to the window.
  private static final Set<String> SPEAKERS =
      Set.of("ApiClient", "Doctor", "Remedies", "RunningDevice", "SettingsControl");

  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");

  private static Catalogue shown(Locale locale) {
    return Catalogue.of(
        ResourceBundle.getBundle(
            "lockstep.app.ui.texts",
            locale,
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES)));
  }

  private static String translate(String said, String... file) {
    return Catalogue.reading(String.join("\n", file)).translate(said);
  }

  @Test
  void a_sentence_is_found_by_what_it_says_around_its_gaps() {
    String[] file = {"cannot move '{0}' to {1}", "vers {1} : « {0} » ne va pas"};

    assertThat(translate("cannot move 'a b' to /c d", file))
        .isEqualTo("vers /c d : « a b » ne va pas");
    assertThat(translate("cannot move 'a b'", file)).isEqualTo("cannot move 'a b'");
  }

  @Test
  void what_nobody_has_translated_stays_as_it_is() {
    assertThat(translate("all is lost", "all is well", "tout va bien")).isEqualTo("all is lost");
    assertThat(ENGLISH_SHOWN.translate("it is free")).isEqualTo("it is free");
    assertThat(FRENCH_SHOWN.translate("it is free")).isEqualTo("il est libre");
  }

  @Test
  void a_command_becomes_the_place_in_the_window_where_the_same_is_done() {
    assertThat(ENGLISH_SHOWN.translate("paused; `lockstep folder resume` goes on"))
        .isEqualTo("paused; “Resume” goes on");
    assertThat(ENGLISH_SHOWN.translate("invite it again: lockstep invite film --approve"))
        .isEqualTo("invite it again: “Make an invitation”, under “Share …”");
    assertThat(FRENCH_SHOWN.translate("wait for that, or `lockstep folder move 'a; b' --cancel`"))
        .isEqualTo("attendez que ce soit fini, ou «\u00a0Annuler\u00a0» sous son nom");
  }

  @Test
  void nobody_at_a_window_is_advised_to_enter_a_command() {
    assertThat(ENGLISH_SHOWN.advise("lockstep locks")).contains("the page “Locks”");
    assertThat(ENGLISH_SHOWN.advise("free some room")).contains("free some room");
    assertThat(ENGLISH_SHOWN.advise("lockstep fold PATH --newer")).isEmpty();
    assertThat(ENGLISH_SHOWN.advise("start it with --newer")).isEmpty();
  }

  /// Whoever has the daemon name another command has to say where that is in the window.
  @Test
  void every_command_that_the_daemon_names_has_its_place() {
    List<String> told = told();

    assertThat(told).hasSizeGreaterThan(40);
    assertThat(told)
        .allSatisfy(
            said -> {
              assertThat(ENGLISH_SHOWN.advise(said)).as("%s, in English", said).isPresent();
              assertThat(FRENCH_SHOWN.advise(said)).as("%s, in French", said).isPresent();
            });
  }

  @Test
  void the_pattern_that_says_the_most_wins() {
    String[] file = {"the {0}", "le {0}", "the {0} is {1} full", "{0} : plein {1}"};

    assertThat(translate("the disk is nearly full", file)).isEqualTo("disk : plein nearly");
    assertThat(translate("the disk", file)).isEqualTo("le disk");
  }

  @Test
  void a_reason_within_is_translated_and_a_quoted_name_is_not() {
    String[] file = {"cannot read '{0}': {1}", "« {0} » illisible : {1}", "it is free", "libre"};

    assertThat(translate("cannot read 'it is free': it is free", file))
        .isEqualTo("« it is free » illisible : libre");
    assertThat(translate("cannot read 'x': Input/output error", file))
        .isEqualTo("« x » illisible : Input/output error");
  }

  @Test
  void parts_that_are_put_together_are_translated_one_by_one() {
    String[] file = {"no room", "pas de place", "it {0}", "il {0}"};

    assertThat(translate("/film/a: no room", file)).isEqualTo("/film/a\u00a0: pas de place");
    assertThat(translate("no room: /film/a; it fails", file))
        .isEqualTo("pas de place\u00a0: /film/a\u00a0; il fails");
    assertThat(translate("/film/a: b; c", file)).isEqualTo("/film/a: b; c");
  }

  @Test
  void a_reason_is_found_whatever_it_is_told_with() {
    String[] file = {"no room; make some", "pas de place, faites-en", "cannot {0}", "échec : {0}"};

    assertThat(translate("cannot save (/film/a: no room; make some)", file))
        .isEqualTo("échec : save (/film/a: no room; make some)");
    assertThat(translate("cannot (/film/a: no room; make some)", file))
        .isEqualTo("échec : (/film/a\u00a0: pas de place, faites-en)");
  }

  @Test
  void a_pair_that_is_torn_or_there_twice_is_refused() {
    assertThatThrownBy(() -> Catalogue.pairs("one\nun\ntwo")).hasMessageContaining("'two'");
    assertThatThrownBy(() -> Catalogue.pairs("one\nun\none\nun")).hasMessageContaining("'one'");
  }

  @Test
  @Timeout(60)
  void no_sentence_takes_ages() {
    var sentences = new ArrayList<String>();
    for (String part : FRENCH.keySet()) {
      sentences.add((part + ": ").repeat(3_900 / (part.length() + 2)));
      sentences.add((part + "; ").repeat(3_900 / (part.length() + 2)));
    }

    assertThat(sentences).allSatisfy(said -> assertThat(FRENCH_SHOWN.translate(said)).isNotEmpty());
    assertThat(FRENCH_SHOWN.translate("x".repeat(1_000_000))).hasSize(1_000_000);
  }

  @Test
  void both_sides_of_a_pair_have_the_same_gaps() {
    FRENCH.forEach(
        (said, shown) -> {
          List<Integer> kept = Template.of(shown).gaps();
          assertThat(Template.of(said).gaps()).as(said).containsAll(kept);
          if (!said.startsWith("lockstep ") && !said.contains("--")) {
            assertThat(kept).as(said).containsAll(Template.of(said).gaps());
          }
          assertThat(Template.of(said).gaps()).as(said).doesNotHaveDuplicates();
        });
  }

  @Test
  void french_signs_are_not_torn_from_their_words() {
    FRENCH.forEach(
        (said, shown) -> assertThat(shown).as(said).doesNotContainPattern("« | [»:;?!]|'\\w|`"));
  }

  /// Whoever changes what the daemon says has to change the catalogue, too.
  @Test
  void the_daemon_does_say_what_is_translated() {
    String sources = sources();

    assertThat(FRENCH).hasSizeGreaterThan(400);
    assertThat(
            Stream.concat(FRENCH.keySet().stream(), ENGLISH.keySet().stream())
                .flatMap(said -> Template.of(said).literals().stream())
                .map(String::strip)
                .filter(literal -> literal.length() >= TELLING && !sources.contains(literal)))
        .isEmpty();
  }

  /// What the window may be told that names a command, with something in each gap.
  private static List<String> told() {
    return LITERAL
        .matcher(spokenToTheWindow().replaceAll("\"\\s*\\+[^\";]*\\+\\s*\"", "X"))
        .results()
        .map(literal -> literal.group(1).replace("%s", "X"))
        .filter(said -> said.matches(".*\\blockstep (?!spoken)[a-z].*") && !said.startsWith("#"))
        .filter(said -> !said.equals("lockstep init, or up")) // with an identity none is asked for
        .map(said -> said.endsWith(" ") ? said + "X" : said)
        .map(said -> said.indexOf('`') == said.lastIndexOf('`') ? said.replace("`", "") : said)
        .toList();
  }

  private static String spokenToTheWindow() {
    return spoken(
        file ->
            !file.startsWith(ROOT.resolve("app"))
                || SPEAKERS.contains(file.getFileName().toString().replace(".java", "")));
  }

  /// All that can be said, with literals that are broken over lines put together.
  private static String sources() {
    return spoken(_ -> true);
  }

  private static String spoken(Predicate<Path> by) {
    try (var modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .map(module -> below(module, by))
          .collect(Collectors.joining())
          .replaceAll("(?m)^\\s*//.*$", "")
          .replaceAll("\"\\s*\\+\\s*\"", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String below(Path directory, Predicate<Path> by) {
    try (var files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".java") && by.test(file))
          .map(CatalogueTest::read)
          .collect(Collectors.joining());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
