package lockstep.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import lockstep.base.Role;

/// The daemon's answers in words for people. Whatever comes from outside is made safe here.
final class Report {
  private static final int PROBLEMS_SHOWN_MAX = 10;

  private Report() {}

  /// `status` on one screen.
  static List<String> status(JsonObject status) {
    JsonObject device = status.object("device");
    var lines = new ArrayList<String>();
    lines.add("device   " + text(device, "name") + "  " + text(device, "peerId"));
    device.strings("addresses").forEach(a -> lines.add("         " + Terminal.safe(a)));
    long uptime = status.object("daemon").number("uptimeSeconds");
    lines.add("up       " + Units.duration(Duration.ofSeconds(uptime)));
    List<JsonObject> folders = status.objects("folders");
    if (folders.isEmpty()) lines.add("no folder is shared yet: lockstep folder add PATH");
    folders.forEach(folder -> lines.addAll(folder(folder)));
    for (JsonObject applicant : status.objects("applicants")) {
      lines.add("asks     to join '" + text(applicant, "folder") + "': " + applicant(applicant));
    }
    return lines;
  }

  /// One folder with its members and problems.
  static List<String> folder(JsonObject folder) {
    var lines = new ArrayList<String>();
    lines.add("folder   " + text(folder, "name") + "  " + text(folder, "path"));
    lines.add("         " + doing(folder) + ", " + size(folder));
    for (JsonObject member : folder.objects("members")) {
      lines.add("         - " + member(member));
    }
    List<JsonObject> problems = folder.objects("problems");
    problems.stream()
        .limit(PROBLEMS_SHOWN_MAX)
        .forEach(p -> lines.add("         ! " + text(p, "path") + ": " + text(p, "reason")));
    if (problems.size() > PROBLEMS_SHOWN_MAX) {
      lines.add("         ! and " + (problems.size() - PROBLEMS_SHOWN_MAX) + " more");
    }
    return lines;
  }

  /// The limits of `limit`, and what counts at this hour.
  static List<String> bandwidth(JsonObject limits) {
    var lines = new ArrayList<String>();
    lines.add("upload    " + rate(limits, "upload"));
    lines.add("download  " + rate(limits, "download"));
    lines.add("local     " + (limits.flag("local") ? "held back, too" : "not held back"));
    for (JsonObject period : limits.objects("periods")) {
      lines.add(
          "from %s to %s (%s): upload %s, download %s"
              .formatted(
                  text(period, "from"),
                  text(period, "to"),
                  String.join(" ", period.strings("days")),
                  rate(period, "upload"),
                  rate(period, "download")));
    }
    JsonObject now = limits.object("now");
    if (!limits.objects("periods").isEmpty()) {
      lines.add("now       upload " + rate(now, "upload") + ", download " + rate(now, "download"));
    }
    return lines;
  }

  /// What `settings` shows.
  static List<String> settings(JsonObject settings) {
    JsonObject history = settings.object("history");
    JsonObject locks = settings.object("locks");
    var lines = new ArrayList<String>();
    lines.add(
        "history   what was replaced or deleted is kept for %s, in at most %d %% of the disk"
            .formatted(
                Units.count(history.number("keepDays"), "day"), history.number("maxPercent")));
    lines.add(
        "locks     by themselves: %s; until %d s without a save"
            .formatted(text(locks, "files"), locks.number("quietSeconds")));
    JsonObject folders = locks.object("folders");
    for (String folder : folders.members().keySet()) {
      lines.add("          in '%s': %s".formatted(Terminal.safe(folder), text(folders, folder)));
    }
    lines.add(
        settings.object("network").flag("portMapping")
            ? "router    is asked to let other devices in"
            : "router    is not asked to let other devices in");
    return lines;
  }

  private static String rate(JsonObject limits, String way) {
    return Units.rate(limits.has(way) ? OptionalLong.of(limits.number(way)) : OptionalLong.empty());
  }

  /// What a folder is doing, with the reason or the amount left.
  static String doing(JsonObject folder) {
    String state = text(folder, "state");
    String error = folder.text("error").map(reason -> ": " + Terminal.safe(reason)).orElse("");
    var left = new StringBuilder();
    long pending = folder.number("pendingFiles");
    if (pending > 0) {
      left.append(", ").append(Units.count(pending, "file")).append(" to come (");
      left.append(Units.bytes(folder.number("pendingBytes"))).append(')');
    }
    long unpublished = folder.number("unpublishedFiles");
    if (unpublished > 0) {
      left.append(", ").append(unpublished);
      left.append(isOnlyRead(folder) ? " not shared" : " to publish");
    }
    if (folder.has("move")) {
      JsonObject move = folder.object("move");
      left.append(", moving to ").append(text(move, "to"));
      left.append(" (").append(text(move, "phase")).append(')');
    }
    return state + error + left;
  }

  /// Whether this device may not write to a folder.
  private static boolean isOnlyRead(JsonObject folder) {
    return folder.objects("members").stream()
        .anyMatch(it -> it.flag("self") && it.string("role").equals(Role.READ_ONLY.toString()));
  }

  /// What a move of a folder will do.
  static List<String> move(JsonObject plan) {
    String all =
        Units.count(plan.number("files"), "file") + ", " + Units.bytes(plan.number("bytes"));
    String places =
        "from '%s' to '%s': %s and the history"
            .formatted(text(plan, "from"), text(plan, "to"), all);
    return switch (plan.string("way")) {
      case "rename" -> List.of(places, "both are on one disk: it is done in one step");
      case "adopt" ->
          List.of(
              "the folder is in '%s' already (%s): it is taken up there"
                  .formatted(text(plan, "to"), all),
              "what that place lacks is fetched from others; nothing counts as deleted");
      default ->
          List.of(
              places,
              "on another disk: it is copied (%s; %s are free), compared, and then deleted here"
                  .formatted(
                      Units.bytes(plan.number("roomNeeded")),
                      Units.bytes(plan.number("freeBytes"))));
    };
  }

  private static String size(JsonObject folder) {
    String conflicts =
        folder.number("conflicts") == 0
            ? ""
            : ", " + Units.count(folder.number("conflicts"), "conflict");
    return Units.count(folder.number("files"), "file")
        + ", "
        + Units.bytes(folder.number("bytes"))
        + conflicts
        + leftOut(folder)
        + (folder.number("locks") == 0 ? "" : ", " + Units.count(folder.number("locks"), "lock"));
  }

  private static String leftOut(JsonObject of) {
    long files = of.number("leftOutFiles");
    return files == 0 ? "" : ", " + Units.count(files, "file") + " left out";
  }

  /// Of a member that lacks something, which may be directories alone.
  private static String behind(long files) {
    return files == 0 ? "catching up" : Units.count(files, "file") + " behind";
  }

  /// One member on one line.
  static String member(JsonObject member) {
    if (member.flag("waiting")) return applicant(member);
    String presence =
        member.flag("self")
            ? "this device"
            : !member.flag("connected")
                ? "not connected" + absence(member)
                : member.flag("inSync") ? "in sync" : behind(member.number("missingFiles"));
    return text(member, "name")
        + "  "
        + text(member, "role")
        + "  "
        + presence
        + (member.flag("self") ? "" : leftOut(member))
        + (member.flag("forked") ? ", in quarantine: it told two histories (members heal)" : "")
        + "  "
        + text(member, "peerId");
  }

  private static String applicant(JsonObject applicant) {
    return text(applicant, "name")
        + "  "
        + text(applicant, "role")
        + "  waits for approval: "
        + text(applicant, "words")
        + "  "
        + text(applicant, "peerId");
  }

  /// One invitation on one line.
  static String invitation(JsonObject made) {
    return text(made, "id")
        + "  "
        + text(made, "state")
        + "  "
        + text(made, "role")
        + "  "
        + made.number("used")
        + " of "
        + Units.count(made.number("uses"), "use")
        + (made.flag("approve") ? ", with approval" : "")
        + "  until "
        + text(made, "expires")
        + "  by "
        + text(made, "inviterName");
  }

  /// One peer on one line.
  static String peer(JsonObject peer) {
    if (!peer.flag("connected")) {
      return text(peer, "name") + "  not connected" + absence(peer) + "  " + text(peer, "peerId");
    }
    String roundTrip =
        peer.decimal("rttMillisP50")
            .map(millis -> String.format(Locale.ROOT, "  %.1f ms", millis))
            .orElse("");
    return text(peer, "name")
        + "  "
        + text(peer, "direction")
        + road(peer)
        + roundTrip
        + "  sent "
        + Units.bytes(peer.number("bytesSent"))
        + ", received "
        + Units.bytes(peer.number("bytesReceived"))
        + "  "
        + text(peer, "agent")
        + "  "
        + text(peer, "peerId");
  }

  private static String absence(JsonObject of) {
    return of.text("absence").map(why -> ": " + Terminal.safe(why)).orElse("");
  }

  private static String road(JsonObject peer) {
    return switch (peer.string("connection")) {
      case "local" -> ", local network";
      case "relayed" -> ", through " + text(peer, "relay");
      default -> ", direct";
    };
  }

  /// One event on one line.
  static String event(JsonObject event) {
    var line = new StringBuilder(text(event, "at")).append("  ").append(text(event, "type"));
    event.members().entrySet().stream()
        .filter(member -> !List.of("at", "type").contains(member.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            member ->
                line.append("  ")
                    .append(Terminal.safe(member.getKey()))
                    .append('=')
                    .append(Terminal.safe(member.getValue().toString())));
    return line.toString();
  }

  /// What a verification found, a line each.
  static List<String> verification(JsonObject found) {
    var lines = new ArrayList<String>();
    lines.add(
        "checked "
            + Units.count(found.number("filesChecked"), "file")
            + " ("
            + Units.bytes(found.number("bytesChecked"))
            + ") and "
            + found.number("entriesChecked")
            + " ledger entries: "
            + (found.flag("ok") ? "all is well" : "something is wrong"));
    for (JsonObject problem : found.objects("problems")) {
      lines.add(
          text(problem, "kind") + "  " + text(problem, "path") + "  " + text(problem, "detail"));
    }
    return lines;
  }

  /// What `doctor` found, what is wrong last, as a terminal shows the end of a long answer.
  static List<String> findings(List<JsonObject> findings) {
    var lines = new ArrayList<String>();
    for (var severity : Finding.Severity.values()) {
      findings.stream()
          .filter(finding -> finding.string("severity").equals(severity.toString()))
          .forEach(
              finding -> {
                lines.add(severity + ": " + text(finding, "topic") + ": " + text(finding, "what"));
                finding.text("advice").ifPresent(a -> lines.add("  try: " + Terminal.safe(a)));
              });
    }
    return lines;
  }

  /// One ledger entry with what it states.
  static List<String> ledgerRow(JsonObject row) {
    var lines = new ArrayList<String>();
    lines.add(
        text(row, "hash").substring(0, Math.min(10, text(row, "hash").length()))
            + "  "
            + text(row, "at")
            + "  "
            + text(row, "authorName")
            + " #"
            + row.number("sequence")
            + "  "
            + text(row, "kind"));
    row.strings("lines").forEach(line -> lines.add("    " + Terminal.safe(line)));
    return lines;
  }

  private static String text(JsonObject object, String member) {
    return Terminal.safe(object.string(member));
  }
}
