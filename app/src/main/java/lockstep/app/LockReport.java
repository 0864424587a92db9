package lockstep.app;

/// Locks in words for people: never more than is known.
final class LockReport {
  private LockReport() {}

  static String line(JsonObject lock) {
    String note = lock.string("note").isEmpty() ? "" : "  (" + text(lock, "note") + ")";
    return text(lock, "folder")
        + "  "
        + text(lock, "path")
        + "  "
        + (lock.flag("mine") ? "this device" : text(lock, "ownerName"))
        + "  since "
        + text(lock, "since")
        + "  "
        + strength(lock)
        + note
        + asks(lock);
  }

  private static String asks(JsonObject lock) {
    var asks = new StringBuilder();
    for (JsonObject ask : lock.objects("asks")) {
      String note = ask.string("note").isEmpty() ? "" : ": " + text(ask, "note");
      asks.append("\n    ").append(text(ask, "name")).append(" asks for it").append(note);
    }
    return asks.toString();
  }

  static String locked(JsonObject lock) {
    return "locked '" + text(lock, "path") + "': " + strength(lock);
  }

  static String asked(JsonObject lock) {
    return "asked "
        + text(lock, "ownerName")
        + ", who works on '"
        + text(lock, "path")
        + "' since "
        + text(lock, "since");
  }

  static String free(JsonObject lock) {
    return "'" + text(lock, "path") + "' is free";
  }

  private static String strength(JsonObject lock) {
    String count = lock.number("promised") + " of " + lock.number("voters");
    return switch (lock.string("state")) {
      case "firm" -> "firm (" + count + " have promised)";
      case "soft" -> "soft (" + count + " know)";
      case "unconfirmed" -> "unconfirmed (nobody is connected: others may be working on it)";
      default -> "requested (nobody has answered yet)";
    };
  }

  private static String text(JsonObject object, String member) {
    return Terminal.safe(object.string(member));
  }
}
