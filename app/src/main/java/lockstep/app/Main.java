package lockstep.app;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.Entropy;
import lockstep.base.TimeSource;

/// The program's one composition root: everything real is named here.
public final class Main {
  private Main() {}

  /// Runs one command of the command line and ends with its exit code.
  public static void main(String[] arguments) {
    // By name: to call the class would make the platform's manager first.
    System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
    System.exit(run(adapters(Blake3::prepare), arguments));
  }

  /// As [#main], but for the getting ready for more than is asked.
  static int run(String... arguments) {
    return run(adapters(() -> {}), arguments);
  }

  private static int run(Adapters adapters, String... arguments) {
    if (Wiring.SERVING.stream().anyMatch(List.of(arguments)::contains)) Wiring.headStart();
    return new Cli(adapters, Terminal.ofProcess(System.getenv())).run(arguments);
  }

  private static Adapters adapters(Runnable leisure) {
    return new Adapters(
        Wiring::network,
        Wiring::engine,
        Wiring::discovery,
        Wiring::mapping,
        TimeSource.system(),
        Entropy.system(),
        System.getenv(),
        new Surroundings.OfThisComputer(),
        leisure,
        libraries());
  }

  /// The folder that the program's own jar lies in.
  private static Path libraries() {
    try {
      var source = Main.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Path.of(source).toAbsolutePath().resolveSibling("");
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException("the program does not know where it lies", impossible);
    }
  }
}
