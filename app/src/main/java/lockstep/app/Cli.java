package lockstep.app;

import java.io.PrintWriter;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command line: the tree of commands, and how each way of failing is told.
final class Cli {
  private final Terminal terminal;
  private final Root root;
  private final Map<String, Supplier<Object>> commands;

  Cli(Adapters adapters, Terminal terminal) {
    this.terminal = terminal;
    root = new Root(adapters, terminal);
    commands = commands(root);
  }

  /// Runs one command and returns its exit code.
  int run(String... arguments) {
    if (List.of(arguments).equals(List.of("--version"))) {
      terminal.answer(Version.LINE);
      return Task.DONE;
    }
    return PlainStart.read(arguments).map(this::start).orElseGet(() -> interpret(arguments));
  }

  private int start(PlainStart plain) {
    root.liveAt(plain.home());
    try {
      return new DaemonCommands.Run(root, plain.options()).call();
    } catch (Exception thrown) {
      return failed(thrown);
    }
  }

  private int interpret(String... arguments) {
    CommandLine line = new CommandLine(root);
    Set<String> words = new HashSet<>(List.of(arguments));
    boolean known = commands.keySet().stream().anyMatch(words::contains);
    // a command's description is costly to read, so only those that may be meant are; all of them
    // where none is known: for the help, and to find what a mistyped word is near to
    commands.forEach(
        (name, command) -> {
          if (!known || words.contains(name)) line.addSubcommand(name, command.get());
        });
    tellVersion(line);
    line.setExecutionExceptionHandler((thrown, at, parsed) -> failed(thrown));
    line.setParameterExceptionHandler((wrong, args) -> misused(wrong));
    line.setOut(new PrintWriter(terminal.answerStream(), true));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    return line.execute(arguments);
  }

  private static Map<String, Supplier<Object>> commands(Root root) {
    var commands = new LinkedHashMap<String, Supplier<Object>>();
    commands.put("up", () -> new UpCommand(root));
    commands.put("init", () -> new DaemonCommands.Init(root));
    commands.put("daemon", () -> new DaemonCommands.Run(root));
    commands.put("stop", () -> new DaemonCommands.Stop(root));
    commands.put("status", () -> new StatusCommand(root));
    commands.put("folder", () -> FolderCommands.all(root));
    commands.put("invite", () -> new InvitationCommands.Invite(root));
    commands.put("invitations", () -> InvitationCommands.all(root));
    commands.put("join", () -> new InvitationCommands.Join(root));
    commands.put("nearby", () -> new InvitationCommands.Nearby(root));
    commands.put("members", () -> MemberCommands.all(root));
    commands.put("peers", () -> new PeerCommands.Listing(root));
    commands.put("limit", () -> new PeerCommands.Limit(root));
    commands.put("settings", () -> new SettingsCommand(root));
    commands.put("connect", () -> new PeerCommands.Connect(root));
    commands.put("lock", () -> new LockCommands.Lock(root));
    commands.put("unlock", () -> new LockCommands.Unlock(root));
    commands.put("locks", () -> new LockCommands.Locks(root));
    commands.put("conflicts", () -> PastCommands.conflicts(root));
    commands.put("history", () -> new PastCommands.History(root));
    commands.put("restore", () -> new PastCommands.Restore(root));
    commands.put("why", () -> new InspectCommands.Why(root));
    commands.put("events", () -> new InspectCommands.Events(root));
    commands.put("verify", () -> new InspectCommands.Verify(root));
    commands.put("repair", () -> new PastCommands.Repair(root));
    commands.put("doctor", () -> new DoctorCommand(root));
    commands.put("ledger", () -> LedgerCommands.all(root));
    commands.put("ui", () -> new UiCommand(root));
    return commands;
  }

  /// `--version` may stand after any command; after one that means a file's by it, it has that.
  private static void tellVersion(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    spec.versionProvider(new Root.Versions());
    if (spec.findOption("--version") == null) {
      spec.addOption(
          OptionSpec.builder("--version")
              .type(boolean.class)
              .versionHelp(true)
              .description("Print the version.")
              .build());
    }
    command.getSubcommands().values().forEach(Cli::tellVersion);
  }

  private int failed(Exception thrown) {
    if (root.isVerbose()) terminal.note(Logs.trace(thrown));
    Failure failure =
        thrown instanceof Failure told ? told : Failure.of("the command failed", thrown);
    terminal.tell(failure);
    return failure.exitCode();
  }

  private int misused(ParameterException wrong) {
    CommandLine at = wrong.getCommandLine();
    terminal.tell(Failure.usage(complaint(wrong), advice(wrong, at)));
    return Failure.USAGE;
  }

  private static String complaint(ParameterException wrong) {
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      boolean isOption = unmatched.isUnknownOption();
      boolean takesCommands = !wrong.getCommandLine().getSubcommands().isEmpty();
      String kind = isOption ? "option" : takesCommands ? "command" : "argument";
      return "unknown " + kind + " '" + first + "'";
    }
    String message = String.valueOf(wrong.getMessage());
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  private static String advice(ParameterException wrong, CommandLine at) {
    String name = at.getCommandSpec().qualifiedName();
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) return name + " " + near.getFirst();
    }
    boolean atRoot = at.getCommandSpec().parent() == null;
    return atRoot ? "lockstep up, or lockstep --help" : name + " --help";
  }
}
