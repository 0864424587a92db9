package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PlainStartTest {
  /// Words of a daemon's command line, and such as make it another one or a wrong one.
  private static final List<String> WORDS =
      List.of(
          "--home",
          "home",
          "daemon",
          "--listen",
          "/ip4/127.0.0.1/tcp/0",
          "--no-mdns",
          "--api-port",
          "8080",
          "08",
          "70000",
          "999999",
          "-1",
          "--headless",
          "-v",
          "--version",
          "@file",
          "",
          "--listen=/ip4/0.0.0.0/tcp/1",
          "status");

  @Test
  void a_daemons_usual_start_is_read() throws Failure {
    var start =
        PlainStart.read(
            "--home",
            "home",
            "daemon",
            "--listen",
            "/ip4/127.0.0.1/tcp/4001",
            "--no-mdns",
            "--listen",
            "/ip6/::1/tcp/4001",
            "--api-port",
            "4002");
    assertThat(start.orElseThrow().home()).hasToString("home");
    assertThat(start.orElseThrow().options().chosen(false))
        .isEqualTo(
            new Daemon.Options(
                List.of("/ip4/127.0.0.1/tcp/4001", "/ip6/::1/tcp/4001"), 4002, false, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "daemon",
        "--home home",
        "--home home status",
        "--home home daemon --listen",
        "--home home daemon --no-mdns --no-mdns",
        "--home home daemon --api-port x",
        "--home home daemon --help",
        "--home @file daemon",
        "--home home --home other daemon"
      })
  void everything_else_is_left_to_the_grammar(String line) {
    assertThat(PlainStart.read(line.split(" "))).isEmpty();
  }

  @Test
  void what_is_read_means_the_same_to_the_grammar() {
    int read = 0;
    for (int seed = 0; seed < 3_000; seed++) {
      String[] words = words(new Gen(seed));
      var start = PlainStart.read(words);
      if (start.isEmpty()) continue;
      read++;
      assertThat(said(start.get().home().toString(), start.get().options()))
          .as("seed %d: %s", seed, List.of(words))
          .isEqualTo(byGrammar(words));
    }
    assertThat(read).isGreaterThan(300);
  }

  private static String[] words(Gen gen) {
    var words = new ArrayList<>(List.of("--home", "some where", "daemon"));
    for (int left = gen.between(0, 5); left > 0; left--) {
      switch (gen.between(0, 4)) {
        case 0 -> words.addAll(List.of("--listen", gen.pick(WORDS)));
        case 1 -> words.add("--no-mdns");
        case 2 -> words.addAll(List.of("--api-port", gen.pick(WORDS)));
        case 3 -> words.addAll(List.of("--api-port", "" + gen.between(0, 65_535)));
        default -> words.add(gen.pick(WORDS));
      }
    }
    return words.toArray(String[]::new);
  }

  private static String byGrammar(String... words) {
    var root = new TestDevice(Path.of("anywhere")).root();
    var options = new ServeOptions();
    var line = new CommandLine(root);
    line.addSubcommand("daemon", new DaemonCommands.Run(root, options));
    line.parseArgs(words);
    return said(String.valueOf(root.home().path().getFileName()), options);
  }

  private static String said(String home, ServeOptions options) {
    try {
      return home + " " + options.chosen(false);
    } catch (Failure refused) {
      return home + " " + refused.getMessage();
    }
  }
}
