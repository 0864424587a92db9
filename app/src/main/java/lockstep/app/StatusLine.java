package lockstep.app;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The live line of `up`: a progress bar with rate and remaining time while there is work, else
/// what is in sync. On a terminal it redraws itself; elsewhere each change of state is a line.
final class StatusLine {
  private static final Duration WORKING_TICK = Duration.ofMillis(500);
  private static final Duration IDLE_TICK = Duration.ofSeconds(2);
  private static final int BAR_WIDTH = 24;

  private final Terminal terminal;
  private final int width = Integer.getInteger("lockstep.columns", 80);
  private String shownState = "";
  private boolean working;

  StatusLine(Terminal terminal) {
    this.terminal = terminal;
  }

  /// How long to wait before the next look.
  Duration tick() {
    return working ? WORKING_TICK : IDLE_TICK;
  }

  void show(JsonObject status) {
    List<JsonObject> folders = status.objects("folders");
    Optional<JsonObject> busy = folders.stream().filter(folder -> !isResting(folder)).findFirst();
    working = busy.isPresent();
    String line = busy.map(StatusLine::progress).orElseGet(() -> summary(folders));
    if (terminal.isInteractive()) {
      terminal.draw("\r" + clipped(line) + "\u001b[K");
    } else {
      String state = busy.map(Report::doing).orElse(line);
      String kind = busy.map(folder -> folder.string("state")).orElse(line);
      if (!kind.equals(shownState)) terminal.note(state);
      shownState = kind;
    }
  }

  /// Leaves the line standing and goes below it.
  void end() {
    if (terminal.isInteractive()) terminal.note("");
  }

  private static boolean isResting(JsonObject folder) {
    if (folder.has("move")) return false;
    return switch (folder.string("state")) {
      case "in-sync", "paused", "error" -> true;
      default -> false;
    };
  }

  private String clipped(String line) {
    return line.codePointCount(0, line.length()) < width
        ? line
        : line.substring(0, line.offsetByCodePoints(0, Math.max(0, width - 1)));
  }

  /// `work [########----------------] 33% 120 MiB of 360 MiB 35 MiB/s 7 s left`.
  static String progress(JsonObject folder) {
    String name = Terminal.safe(folder.string("name"));
    if (folder.has("move")) return name + " " + moving(folder.object("move"));
    long total = folder.number("bytes");
    long pending = Math.min(total, folder.number("pendingBytes"));
    if (pending == 0) return name + "  " + Report.doing(folder);
    double done = (double) (total - pending) / total;
    long rate = folder.number("bytesPerSecond");
    String speed =
        rate == 0
            ? ""
            : "  %s/s  %s left"
                .formatted(Units.bytes(rate), Units.duration(Duration.ofSeconds(pending / rate)));
    return "%s %s %d%%  %s of %s%s"
        .formatted(
            name,
            bar(done),
            (int) (100 * done),
            Units.bytes(total - pending),
            Units.bytes(total),
            speed);
  }

  /// `copying [########----------------] 33% 1.2 GiB of 3.6 GiB` of a folder's move.
  static String moving(JsonObject move) {
    long total = move.number("bytesTotal");
    if (total == 0) return Terminal.safe(move.string("phase"));
    long bytes = Math.min(total, move.number("bytes"));
    double done = (double) bytes / total;
    return "%s %s %d%%  %s of %s"
        .formatted(
            Terminal.safe(move.string("phase")),
            bar(done),
            (int) (100 * done),
            Units.bytes(bytes),
            Units.bytes(total));
  }

  private static String bar(double done) {
    int filled = (int) (BAR_WIDTH * done);
    return "[" + "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled) + "]";
  }

  private static String summary(List<JsonObject> folders) {
    if (folders.size() != 1) {
      long well = folders.stream().filter(f -> f.string("state").equals("in-sync")).count();
      return well + " of " + folders.size() + " folders in sync";
    }
    JsonObject folder = folders.getFirst();
    List<JsonObject> others =
        folder.objects("members").stream().filter(member -> !member.flag("self")).toList();
    long connected = others.stream().filter(member -> member.flag("connected")).count();
    String members =
        others.isEmpty()
            ? "no other member yet"
            : connected + " of " + Units.count(others.size(), "other member") + " connected";
    return "%s  %s, %s, %s  (%s)"
        .formatted(
            Terminal.safe(folder.string("name")),
            Report.doing(folder),
            Units.count(folder.number("files"), "file"),
            Units.bytes(folder.number("bytes")),
            members);
  }
}
