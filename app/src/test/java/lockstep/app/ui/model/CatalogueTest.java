package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CatalogueTest {
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));

  /// Shorter ones stand anywhere.
  private static final int TELLING = 5;

  private static final Map<String, String> FRENCH =
      Catalogue.pairs(Catalogue.file(Locale.CANADA_FRENCH));

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
    assertThat(Catalogue.of(Locale.ENGLISH).translate("it is free")).isEqualTo("it is free");
    assertThat(Catalogue.of(Locale.FRENCH).translate("it is free")).isEqualTo("il est libre");
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
    Catalogue french = Catalogue.of(Locale.FRENCH);
    var sentences = new ArrayList<String>();
    for (String part : FRENCH.keySet()) {
      sentences.add((part + ": ").repeat(3_900 / (part.length() + 2)));
      sentences.add((part + "; ").repeat(3_900 / (part.length() + 2)));
    }

    assertThat(sentences).allSatisfy(said -> assertThat(french.translate(said)).isNotEmpty());
    assertThat(french.translate("x".repeat(1_000_000))).hasSize(1_000_000);
  }

  @Test
  void both_sides_of_a_pair_have_the_same_gaps() {
    FRENCH.forEach(
        (said, shown) -> {
          assertThat(new HashSet<>(Template.of(shown).gaps()))
              .as(said)
              .isEqualTo(new HashSet<>(Template.of(said).gaps()));
          assertThat(Template.of(said).gaps()).as(said).doesNotHaveDuplicates();
        });
  }

  @Test
  void commands_stay_and_french_signs_are_not_torn_from_their_words() {
    FRENCH.forEach(
        (said, shown) -> assertThat(shown).as(said).doesNotContainPattern("« | [»:;?!]|'\\w|`"));
  }

  /// Whoever changes what the daemon says has to change the catalogue, too.
  @Test
  void the_daemon_does_say_what_is_translated() {
    String sources = sources();

    assertThat(FRENCH).hasSizeGreaterThan(400);
    assertThat(
            FRENCH.keySet().stream()
                .flatMap(said -> Template.of(said).literals().stream())
                .map(String::strip)
                .filter(literal -> literal.length() >= TELLING && !sources.contains(literal)))
        .isEmpty();
  }

  /// All that can be said, with literals that are broken over lines put together.
  private static String sources() {
    try (var modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .map(CatalogueTest::below)
          .collect(Collectors.joining())
          .replaceAll("(?m)^\\s*//.*$", "")
          .replaceAll("\"\\s*\\+\\s*\"", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String below(Path directory) {
    try (var files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
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
