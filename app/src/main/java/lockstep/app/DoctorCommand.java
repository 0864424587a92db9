package lockstep.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import lockstep.sync.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `doctor`: with a daemon what that finds, without one what can be seen from outside.
@Command(name = "doctor", description = "Checks what Lockstep stands on, and gives advice.")
final class DoctorCommand extends Task {
  @Option(names = "--json", description = "Answer in JSON.")
  private boolean json;

  @Option(names = "--fix", description = "First do what can be done about it without any loss.")
  private boolean fix;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write a report for developers into a new file; no secrets are in it.")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--with-names",
      description = "With the names of files, folders and devices, and the words of the log.")
  private boolean withNames;

  DoctorCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() throws Failure, IOException {
    if (withNames && report.isEmpty()) {
      throw Failure.usage("--with-names needs --report", "lockstep doctor --report FILE");
    }
    Optional<ApiClient> daemon = daemon();
    List<JsonObject> findings = findings(daemon);
    if (fix) findings = mended(daemon, findings);
    if (report.isPresent()) {
      report(daemon, findings, report.get());
    } else if (json) {
      answer(Json.write(findings.stream().map(JsonObject::members).toList()));
    } else {
      Report.findings(findings).forEach(this::answer);
    }
    boolean isIll = findings.stream().anyMatch(each -> each.string("severity").equals("error"));
    return isIll && report.isEmpty() ? Failure.FAILED : DONE;
  }

  private Optional<ApiClient> daemon() throws Failure {
    try {
      ApiClient client = client();
      client.get(ApiClient.path("folders"));
      return Optional.of(client);
    } catch (Failure failure) {
      if (failure.exitCode() != Failure.NO_DAEMON) throw failure;
      return Optional.empty();
    }
  }

  private List<JsonObject> findings(Optional<ApiClient> daemon) throws Failure, IOException {
    if (daemon.isPresent()) return daemon.get().get(ApiClient.path("doctor")).objects();
    var doctor = new Doctor(home(), root().adapters().surroundings());
    String alone = Json.write(Doctor.views(doctor.examine()));
    return Json.parseObjects(alone.getBytes(StandardCharsets.UTF_8));
  }

  private List<JsonObject> mended(Optional<ApiClient> daemon, List<JsonObject> findings)
      throws Failure, IOException {
    for (JsonObject finding : findings) {
      Optional<String> remedy = finding.text("remedy");
      if (remedy.isPresent()) {
        mend(daemon, remedy.get());
        terminal().note("done about it: " + Terminal.safe(finding.string("what")));
      }
    }
    return findings(daemon);
  }

  private void mend(Optional<ApiClient> daemon, String remedy) throws Failure, IOException {
    if (daemon.isPresent()) {
      daemon.get().post(ApiClient.path("doctor", "mend"), Views.object("remedy", remedy));
      return;
    }
    try {
      new Remedies(home(), root().adapters().surroundings(), Optional.empty()).apply(remedy);
    } catch (UserException refused) {
      throw Failure.of(refused);
    }
  }

  private void report(Optional<ApiClient> daemon, List<JsonObject> findings, Path file)
      throws Failure, IOException {
    ReportFile.write(file, text(daemon, findings));
    answer("wrote a report to '" + Terminal.safe(file.toString()) + "'");
    terminal()
        .note(
            withNames
                ? "names are in it: read it before you hand it on"
                : "no names are in it; --with-names puts them in, and the words of the log");
  }

  private String text(Optional<ApiClient> daemon, List<JsonObject> findings)
      throws Failure, IOException {
    if (daemon.isPresent()) {
      var request = Views.object("names", withNames);
      String path = ApiClient.path("doctor", "report");
      return daemon.get().post(path, request).object().string("text");
    }
    Instant now = root().adapters().time().wallTime();
    return BugReport.of(now, withNames, findings, Optional.empty(), Logs.recent(home()));
  }
}
