package lockstep.app;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// `lockstep` itself: the options that stand before or after every command.
@Command(
    name = "lockstep",
    description = "Keeps folders identical on several machines, with no server.",
    synopsisSubcommandLabel = "COMMAND",
    addMethodSubcommands = false, // to look for some takes a start ten milliseconds
    footer = {
      "",
      "Begin with:  lockstep up            shares ~/Lockstep and prints an invitation",
      "             lockstep join CODE DIR (on the other machine, while its daemon runs)"
    })
final class Root {
  private final Adapters adapters;
  private final Terminal terminal;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Where the state of this device lies (LOCKSTEP_HOME overrides the default).")
  private Optional<Path> home = Optional.empty();

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Tell more: detailed logs, traces of failures.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Print the version.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean version;

  Root(Adapters adapters, Terminal terminal) {
    this.adapters = adapters;
    this.terminal = terminal;
  }

  /// The state lies there, as if `--home` had said so.
  void liveAt(Path directory) {
    home = Optional.of(directory);
  }

  Adapters adapters() {
    return adapters;
  }

  Terminal terminal() {
    return terminal;
  }

  boolean isVerbose() {
    return verbose;
  }

  Home home() {
    Path path =
        home.orElseGet(
            () ->
                Home.standard(
                    adapters.environment(),
                    System.getProperty("os.name", ""),
                    Path.of(System.getProperty("user.home", "."))));
    return new Home(path.toAbsolutePath().normalize());
  }

  /// The daemon of this home.
  ApiClient client() throws Failure {
    return ApiClient.of(home());
  }

  static final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Version.LINE};
    }
  }
}
