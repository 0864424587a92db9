package lockstep.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The start of a daemon as services and other programs write it, read without picocli, which takes
/// a fifth of a cold start: `--home DIR daemon [--listen MULTIADDR | --no-mdns | --api-port N]...`.
///
/// Whatever is not exactly that, right or wrong, is left to the grammar of [Cli]: what is read here
/// means the same there.
record PlainStart(Path home, ServeOptions options) {
  private static final int PORT_DIGITS_MAX = 5;

  static Optional<PlainStart> read(String... arguments) {
    Iterator<String> words = List.of(arguments).iterator();
    if (!next(words).equals("--home")) return Optional.empty();
    String home = next(words);
    if (!isValue(home) || !next(words).equals("daemon")) return Optional.empty();
    return options(words).map(options -> new PlainStart(Path.of(home), options));
  }

  private static Optional<ServeOptions> options(Iterator<String> words) {
    var listen = new ArrayList<String>();
    var once = new HashSet<String>();
    OptionalInt apiPort = OptionalInt.empty();
    while (words.hasNext()) {
      String option = words.next();
      switch (option) {
        case "--listen" -> {
          String address = next(words);
          if (!isValue(address)) return Optional.empty();
          listen.add(address);
        }
        case "--api-port" -> {
          apiPort = port(next(words));
          if (apiPort.isEmpty() || !once.add(option)) return Optional.empty();
        }
        case "--no-mdns" -> {
          if (!once.add(option)) return Optional.empty();
        }
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(ServeOptions.of(listen, once.contains("--no-mdns"), apiPort.orElse(0)));
  }

  private static String next(Iterator<String> words) {
    return words.hasNext() ? words.next() : "";
  }

  /// Neither an option nor the name of a file that holds the arguments.
  private static boolean isValue(String word) {
    return !word.isEmpty() && !word.startsWith("-") && !word.startsWith("@");
  }

  private static OptionalInt port(String word) {
    boolean isNumber =
        !word.isEmpty()
            && word.length() <= PORT_DIGITS_MAX
            && word.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? OptionalInt.of(Integer.parseInt(word)) : OptionalInt.empty();
  }
}
