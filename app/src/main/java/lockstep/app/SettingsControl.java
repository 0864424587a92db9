package lockstep.app;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.sync.FolderStatus;
import lockstep.sync.HistoryLimits;
import lockstep.sync.LockPolicy;
import lockstep.sync.SyncEngine;
import lockstep.sync.UserException;

/// How long the history is kept, what is locked by itself and whether the router lets others in,
/// for users to read and to change. What they change stands in the settings, and counts at once.
/// Thread-safe.
final class SettingsControl {
  /// A hundred years.
  private static final int DAYS_MAX = 36_500;

  private static final int QUIET_SECONDS_MAX = 86_400;

  private final Home home;
  private final SyncEngine engine;
  private final RouterControl router;

  SettingsControl(Home home, SyncEngine engine, RouterControl router) {
    this.home = home;
    this.engine = engine;
    this.router = router;
  }

  Map<String, Object> view() throws IOException {
    return view(Settings.read(home));
  }

  private Map<String, Object> view(Settings settings) throws IOException {
    HistoryLimits history = settings.history();
    LockPolicy locks = settings.locking("");
    var folders = new LinkedHashMap<String, Object>();
    for (FolderStatus folder : engine.folders()) {
      settings.ownLocks(folder.name()).ifPresent(own -> folders.put(folder.name(), own));
    }
    return Views.object(
        "history",
        Views.object("keepDays", history.keep().toDays(), "maxPercent", history.maxPercent()),
        "locks",
        Views.object(
            "files", locks.files(), "quietSeconds", locks.quiet().toSeconds(), "folders", folders),
        "network",
        Views.object("portMapping", settings.portMapping()));
  }

  /// Changes what is named; all else stays as it is. Nothing changes if one value is wrong.
  Map<String, Object> change(JsonObject wanted) throws UserException, IOException {
    Settings changed =
        Settings.change(
            home,
            settings -> {
              if (wanted.has("history")) history(settings, wanted.object("history"));
              if (wanted.has("locks")) locks(settings, wanted.object("locks"));
              if (wanted.has("network")) network(settings, wanted.object("network"));
            });
    if (wanted.has("history")) engine.keepHistory(changed.history());
    if (wanted.has("locks")) engine.lockBy(changed::lockingAsFarAsRead);
    if (wanted.has("network")) router.turn(changed.portMapping());
    return view(changed);
  }

  private static void history(Settings settings, JsonObject wanted)
      throws UserException, IOException {
    HistoryLimits now = settings.history();
    int days =
        number(
            wanted,
            "keepDays",
            new Bounds("the days to keep the history", 0, DAYS_MAX),
            now.keep().toDays());
    int percent =
        number(
            wanted,
            "maxPercent",
            new Bounds("the part of the disk for the history", 0, 100),
            now.maxPercent());
    settings.history(new HistoryLimits(Duration.ofDays(days), percent));
  }

  private static void network(Settings settings, JsonObject wanted) throws UserException {
    Object on = wanted.members().getOrDefault("portMapping", settings.portMapping());
    if (!(on instanceof Boolean)) {
      throw new UserException(
          "the port mapping cannot be '" + on + "'", "it is on or off", "true or false");
    }
    settings.portMapping(on.equals(true));
  }

  private void locks(Settings settings, JsonObject wanted) throws UserException, IOException {
    LockPolicy now = settings.locking("");
    int quiet =
        number(
            wanted,
            "quietSeconds",
            new Bounds("the seconds of quiet that end a lock", 1, QUIET_SECONDS_MAX),
            now.quiet().toSeconds());
    String files = wanted.has("files") ? lockable(wanted.string("files")) : now.files();
    settings.locking(new LockPolicy(files, Duration.ofSeconds(quiet)));
    JsonObject folders = wanted.object("folders");
    for (String folder : folders.members().keySet()) {
      requireShared(folder);
      String own = folders.string(folder);
      settings.ownLocks(folder, own.isEmpty() ? Optional.empty() : Optional.of(lockable(own)));
    }
  }

  private void requireShared(String name) throws UserException {
    List<String> shared = engine.folders().stream().map(FolderStatus::name).toList();
    if (shared.contains(name)) return;
    throw new UserException(
        "there is no folder '" + name + "'",
        "the shared folders are '" + String.join("', '", shared) + "'",
        "lockstep folder list");
  }

  /// What a number counts, and between what it lies.
  private record Bounds(String what, int least, int most) {}

  private static int number(JsonObject wanted, String member, Bounds bounds, long otherwise)
      throws UserException {
    Object given = wanted.members().getOrDefault(member, otherwise);
    if (given instanceof Long number && number >= bounds.least && number <= bounds.most) {
      return number.intValue();
    }
    throw new UserException(
        "%s cannot be '%s'".formatted(bounds.what, given),
        "it is a whole number from %d to %d".formatted(bounds.least, bounds.most),
        "%d".formatted(Math.clamp(otherwise, bounds.least, bounds.most)));
  }

  /// Patterns that can match something.
  private static String lockable(String files) throws UserException {
    if (files.isBlank() || files.contains("/")) {
      throw new UserException(
          "'" + files + "' says of no file whether it is locked",
          files.isBlank()
              ? "there is nothing in it"
              : "names are compared alone, without their directories, and no name has a '/'",
          "off, all, default or names such as *.blend, separated by spaces");
    }
    return files.strip();
  }
}
