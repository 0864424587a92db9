package lockstep.app;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `settings`: how long the history is kept, what is locked by itself, whether the router helps.
@Command(
    name = "settings",
    description = {
      "Shows or sets how long the history is kept, what is locked by itself and whether the",
      "router is asked to let other devices in.",
      "What is set counts at once, and stands in config.toml."
    })
final class SettingsCommand extends Query {
  /// What a folder is given that shall have what all have.
  private static final String COMMON = "common";

  @Option(
      names = "--keep-days",
      paramLabel = "N",
      description = "How long what was replaced or deleted is kept.")
  private Optional<Integer> keepDays = Optional.empty();

  @Option(
      names = "--max-percent",
      paramLabel = "N",
      description = "The part of the disk that it may take.")
  private Optional<Integer> maxPercent = Optional.empty();

  @Option(
      names = "--lock-files",
      paramLabel = "WHAT",
      description = "off, default, all or names such as '*.blend *.psd'.")
  private Optional<String> lockFiles = Optional.empty();

  @Option(
      names = "--folder",
      paramLabel = "NAME",
      description = "--lock-files holds for this folder alone; '" + COMMON + "' ends that.")
  private Optional<String> folder = Optional.empty();

  @Option(
      names = "--quiet-seconds",
      paramLabel = "N",
      description = "Without a save for so long the work on a file is over.")
  private Optional<Integer> quietSeconds = Optional.empty();

  @Option(
      names = "--port-mapping",
      paramLabel = "yes|no",
      description = "Whether the router is asked to let other devices in.")
  private Optional<String> portMapping = Optional.empty();

  SettingsCommand(Root root) {
    super(root);
  }

  @Override
  ApiClient.Answer ask() throws Failure {
    if (folder.isPresent() && lockFiles.isEmpty()) {
      throw Failure.usage(
          "--folder needs --lock-files", "lockstep settings --folder NAME --lock-files default");
    }
    var history = Views.object();
    keepDays.ifPresent(days -> history.put("keepDays", days));
    maxPercent.ifPresent(percent -> history.put("maxPercent", percent));
    var locks = Views.object();
    quietSeconds.ifPresent(seconds -> locks.put("quietSeconds", seconds));
    lockFiles.ifPresent(files -> lock(files, locks));
    var wanted = Views.object();
    if (!history.isEmpty()) wanted.put("history", history);
    if (!locks.isEmpty()) wanted.put("locks", locks);
    if (portMapping.isPresent()) wanted.put("network", Views.object("portMapping", isWanted()));
    String path = ApiClient.path("settings");
    return wanted.isEmpty() ? client().get(path) : client().put(path, wanted);
  }

  private boolean isWanted() throws Failure {
    return switch (portMapping.orElseThrow()) {
      case "yes" -> true;
      case "no" -> false;
      default -> throw Failure.usage("--port-mapping is yes or no", "--port-mapping no");
    };
  }

  private void lock(String files, Map<String, Object> locks) {
    if (folder.isPresent()) {
      locks.put("folders", Views.object(folder.get(), files.equals(COMMON) ? "" : files));
    } else {
      locks.put("files", files);
    }
  }

  @Override
  void tell(ApiClient.Answer found) throws Failure {
    Report.settings(found.object()).forEach(this::answer);
  }
}
