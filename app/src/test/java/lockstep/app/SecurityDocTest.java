package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The promises of docs/security.md name the tests that hold us to them: these exist; and so do the
/// targets of its table.
class SecurityDocTest {
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)#(\\w+)`");

  @Test
  void every_test_that_is_named_exists() throws IOException {
    List<MatchResult> named =
        NAMED.matcher(Files.readString(ROOT.resolve("docs/security.md"))).results().toList();
    String tests = allTests();

    assertThat(named).hasSizeGreaterThan(50);
    assertThat(named.stream().filter(test -> !isIn(tests, test)).map(MatchResult::group)).isEmpty();
  }

  @Test
  void every_corpus_has_a_target_and_a_place_in_the_table() throws IOException {
    String document = Files.readString(ROOT.resolve("docs/security.md"));
    String tests = allTests();
    List<String> corpora = corpora();

    assertThat(corpora).hasSizeGreaterThan(50);
    assertThat(corpora).allMatch(name -> document.contains('`' + name + '`'));
    assertThat(corpora)
        .allMatch(
            name -> Pattern.compile("FuzzTarget\\(\\s*\"" + name + '"').matcher(tests).find());
  }

  private static List<String> corpora() throws IOException {
    try (var places = Files.walk(ROOT, 5)) {
      return places
          .filter(place -> place.getParent().endsWith("src/test/corpus"))
          .map(place -> place.getFileName().toString())
          .toList();
    }
  }

  private static boolean isIn(String tests, MatchResult test) {
    return Pattern.compile("class %s\\b[^\0]*void %s\\(".formatted(test.group(1), test.group(2)))
        .matcher(tests)
        .find();
  }

  /// All of them, with a NUL after each file.
  private static String allTests() throws IOException {
    var tests = new StringBuilder();
    try (var modules = Files.list(ROOT)) {
      for (Path module : (Iterable<Path>) modules::iterator) {
        Path sources = module.resolve("src/test/java");
        if (Files.isDirectory(sources)) tests.append(testsBelow(sources));
      }
    }
    return tests.toString();
  }

  private static String testsBelow(Path sources) throws IOException {
    try (var files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith("Test.java"))
          .map(file -> read(file) + "\0")
          .collect(Collectors.joining());
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
