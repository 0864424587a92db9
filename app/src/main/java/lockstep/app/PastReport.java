package lockstep.app;

import java.util.ArrayList;
import java.util.List;

/// Conflicts, past versions and repairs in words for people.
final class PastReport {
  private PastReport() {}

  static List<String> conflict(JsonObject conflict) {
    return List.of(
        text(conflict, "id")
            + "  "
            + text(conflict, "folder")
            + "  "
            + text(conflict, "path")
            + (conflict.string("state").equals("resolved") ? "  resolved here" : ""),
        "    official  " + side(conflict.object("official")),
        "    other     " + side(conflict.object("other")) + "  in " + text(conflict, "copyPath"));
  }

  private static String side(JsonObject side) {
    String what = side.text("hash").isPresent() ? Units.bytes(side.number("size")) : "no file";
    return "by " + text(side, "authorName") + "  " + text(side, "at") + "  " + what;
  }

  static String settled(JsonObject conflict, String keep) {
    String path = "'" + text(conflict, "path") + "'";
    return switch (keep) {
      case "official" -> "kept " + path + "; the copy is in the history";
      case "other" -> path + " is now what the copy was; what it was before is in the history";
      default -> "kept both; the copy of " + path + " is an ordinary file now";
    };
  }

  static String version(JsonObject version) {
    String content =
        version.text("hash").isPresent() ? "  " + Units.bytes(version.number("size")) : "";
    String from = version.text("from").map(path -> "  from " + Terminal.safe(path)).orElse("");
    boolean lost = version.text("hash").isPresent() && !version.flag("available");
    return text(version, "version")
        + "  "
        + text(version, "at")
        + "  "
        + text(version, "authorName")
        + "  "
        + text(version, "kind")
        + content
        + from
        + (lost ? "  not on this device" : "");
  }

  static List<String> restored(JsonObject done) {
    List<String> paths = done.strings("restored");
    var lines = new ArrayList<String>();
    paths.forEach(path -> lines.add("restored '" + Terminal.safe(path) + "'"));
    if (paths.isEmpty() && done.strings("missing").isEmpty()) {
      lines.add("it stands just so already");
    }
    return lines;
  }

  static List<String> restorePreview(JsonObject will) {
    List<String> elsewhere = will.strings("elsewhere");
    var lines = new ArrayList<String>();
    will.strings("returning").forEach(path -> lines.add(line("comes back", path, elsewhere)));
    will.strings("replaced").forEach(path -> lines.add(line("is replaced", path, elsewhere)));
    if (lines.isEmpty()) lines.add("it stands just so already");
    return lines;
  }

  private static String line(String what, String path, List<String> elsewhere) {
    return what
        + "  '"
        + Terminal.safe(path)
        + "'"
        + (elsewhere.contains(path) ? "  from another member" : "");
  }

  static List<String> undone(JsonObject done) {
    var lines = new ArrayList<String>();
    done.strings("undone").forEach(path -> lines.add("took back '" + Terminal.safe(path) + "'"));
    done.strings("left").forEach(path -> lines.add("left as it is '" + Terminal.safe(path) + "'"));
    return lines;
  }

  static List<String> mending(JsonObject done) {
    var lines = new ArrayList<String>();
    for (JsonObject mended : done.objects("mended")) {
      lines.add("mended '" + text(mended, "path") + "': " + text(mended, "detail"));
    }
    for (JsonObject problem : done.objects("problems")) {
      lines.add("still wrong: '" + text(problem, "path") + "': " + text(problem, "detail"));
    }
    if (lines.isEmpty()) lines.add("nothing was damaged");
    return lines;
  }

  private static String text(JsonObject object, String member) {
    return Terminal.safe(object.string(member));
  }
}
