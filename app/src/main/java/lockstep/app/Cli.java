package lockstep.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command line: the tree of commands, and how each way of failing is told.
final class Cli {
  private final Terminal terminal;
  private final CommandLine commands;

  Cli(Adapters adapters, Terminal terminal) {
    this.terminal = terminal;
    Root root = new Root(adapters, terminal);
    commands = tree(root);
    tellVersion(commands);
    commands.setExecutionExceptionHandler((thrown, at, parsed) -> failed(thrown, root));
    commands.setParameterExceptionHandler((wrong, args) -> misused(wrong));
    commands.setOut(new PrintWriter(terminal.answerStream(), true));
    commands.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    commands.setUsageHelpAutoWidth(false);
  }

  /// Runs one command and returns its exit code.
  int run(String... arguments) {
    return commands.execute(arguments);
  }

  private static CommandLine tree(Root root) {
    return new CommandLine(root)
        .addSubcommand(new UpCommand(root))
        .addSubcommand(new DaemonCommands.Init(root))
        .addSubcommand(new DaemonCommands.Run(root))
        .addSubcommand(new DaemonCommands.Stop(root))
        .addSubcommand(new StatusCommand(root))
        .addSubcommand(
            new CommandLine(new FolderCommands())
                .addSubcommand(new FolderCommands.Add(root))
                .addSubcommand(new FolderCommands.Listing(root))
                .addSubcommand(new FolderCommands.Remove(root))
                .addSubcommand(new FolderCommands.Pause(root))
                .addSubcommand(new FolderCommands.Resume(root)))
        .addSubcommand(new MemberCommands.Invite(root))
        .addSubcommand(new MemberCommands.Join(root))
        .addSubcommand(
            new CommandLine(new MemberCommands.Listing(root))
                .addSubcommand(new MemberCommands.Remove(root))
                .addSubcommand(new MemberCommands.ChangeRole(root)))
        .addSubcommand(new PeerCommands.Listing(root))
        .addSubcommand(new PeerCommands.Connect(root))
        .addSubcommand(new InspectCommands.Why(root))
        .addSubcommand(new InspectCommands.Events(root))
        .addSubcommand(new InspectCommands.Verify(root))
        .addSubcommand(
            new CommandLine(new LedgerCommands())
                .addSubcommand(new LedgerCommands.Show(root))
                .addSubcommand(new LedgerCommands.Verify(root))
                .addSubcommand(new LedgerCommands.Export(root)));
  }

  /// `--version` may stand after any command.
  private static void tellVersion(CommandLine command) {
    command.getCommandSpec().versionProvider(new Root.Versions());
    command.getSubcommands().values().forEach(Cli::tellVersion);
  }

  private int failed(Exception thrown, Root root) {
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
