package lockstep.app;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A text for a report of a bug: versions, what `doctor` found, how the folders stand, and the end
/// of the log. No invitation, key or token is in it, whoever may have logged one. Unless its user
/// wants them in it, neither are names of files, folders and devices, nor anything that may hold
/// one: the words of log lines, and reasons why a folder stands still.
final class BugReport {
  /// Codes, keys and tokens are longer, most names are shorter.
  private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z0-9_-]{24,}");

  private static final Pattern QUOTED = Pattern.compile("'[^']*'");
  private static final Pattern LOGGED =
      Pattern.compile("([0-9TZ:.+-]{20,32} [A-Z]+ [A-Za-z0-9_.$]+): (.*)");
  private static final Pattern FRAME =
      Pattern.compile("\\s+(at [A-Za-z0-9_.$/@<>-]+\\(.*|\\.\\.\\. .*)");
  private static final Pattern THROWN =
      Pattern.compile(
          "((?:Caused by: |\\s*Suppressed: )?[a-z][A-Za-z0-9_.$]*(?:Exception|Error|Failure))(:"
              + " .*)?");
  private static final String HIDDEN = "\u2026";

  private final boolean names;
  private final Map<String, String> removed = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();

  private BugReport(boolean names) {
    this.names = names;
  }

  /// @param names whether names are wanted in it
  /// @param status of the daemon, if one runs
  /// @param log lines of the log, the newest last
  static String of(
      Instant now,
      boolean names,
      List<JsonObject> findings,
      Optional<JsonObject> status,
      List<String> log) {
    var report = new BugReport(names);
    report.versions(now);
    report.findings(findings, status);
    report.folders(status);
    report.log(log);
    return String.join("\n", report.lines) + "\n";
  }

  private void versions(Instant now) {
    lines.add("Lockstep report of " + now);
    lines.add(
        names
            ? "Names of files, folders and devices are in it."
            : "Names of files, folders and devices are left out, and all that may hold one.");
    lines.add("Invitations, keys and tokens are left out.");
    lines.add("");
    lines.add(Version.LINE);
    lines.add(
        "Java "
            + System.getProperty("java.runtime.version")
            + " ("
            + System.getProperty("java.vendor")
            + ")");
    lines.add(
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
  }

  private void findings(List<JsonObject> findings, Optional<JsonObject> status) {
    heading("What doctor found");
    List<String> reasons =
        status.stream()
            .flatMap(known -> known.objects("folders").stream())
            .flatMap(folder -> folder.text("error").stream())
            .toList();
    for (JsonObject finding : findings) {
      String topic = finding.string("topic");
      String what = finding.string("what");
      lines.add(
          finding.string("severity")
              + ": "
              + (names ? secretless(topic) : topic.split(" ")[0])
              + ": "
              + (names ? secretless(what) : nameless(what, reasons)));
    }
  }

  /// Doctor puts every name between quotes, but for the reason why a folder stands still.
  private static String nameless(String what, List<String> reasons) {
    return reasons.contains(what)
        ? "it stands still (the reason is left out)"
        : QUOTED.matcher(what).replaceAll("'" + HIDDEN + "'");
  }

  private void folders(Optional<JsonObject> status) {
    if (status.isEmpty()) return;
    heading("Folders");
    int number = 0;
    for (JsonObject folder : status.get().objects("folders")) {
      number++;
      if (names) {
        Report.folder(folder).forEach(line -> lines.add(secretless(line)));
      } else {
        folder("folder " + number, folder);
      }
    }
    if (number == 0) lines.add("none");
  }

  private void folder(String title, JsonObject folder) {
    lines.add(title + ": " + folder.string("state"));
    for (String count :
        List.of(
            "files",
            "directories",
            "bytes",
            "pendingFiles",
            "pendingBytes",
            "leftOutFiles",
            "unpublishedFiles",
            "conflicts",
            "locks")) {
      lines.add("  " + count + " " + folder.number(count));
    }
    lines.add("  problems " + folder.objects("problems").size());
    for (JsonObject member : folder.objects("members")) {
      lines.add(
          "  member: %s%s%s%s, %d files missing"
              .formatted(
                  Terminal.safe(member.string("role")),
                  member.flag("self") ? ", this device" : "",
                  member.flag("connected") ? ", connected" : ", not connected",
                  member.flag("inSync") ? ", in sync" : "",
                  member.number("missingFiles")));
    }
  }

  private void log(List<String> log) {
    heading("The end of the log");
    log.forEach(line -> lines.add(logged(line)));
    if (log.isEmpty()) lines.add("none");
  }

  private String logged(String line) {
    Matcher event = LOGGED.matcher(line);
    if (event.matches()) {
      return event.group(1) + ": " + (names ? secretless(event.group(2)) : HIDDEN);
    }
    if (FRAME.matcher(line).matches()) return line;
    Matcher thrown = THROWN.matcher(line);
    if (!thrown.matches()) return names ? secretless(line) : HIDDEN;
    String message = thrown.group(2) == null ? "" : thrown.group(2);
    return thrown.group(1) + (names ? secretless(message) : message.isEmpty() ? "" : ": " + HIDDEN);
  }

  /// Without what may be a code, a key or a token; the same one is the same all over the report.
  private String secretless(String text) {
    return LONG_WORD
        .matcher(Terminal.safe(text))
        .replaceAll(
            word -> removed.computeIfAbsent(word.group(), _ -> "<" + (removed.size() + 1) + ">"));
  }

  private void heading(String title) {
    lines.addAll(Arrays.asList("", title, "-".repeat(title.length())));
  }
}
