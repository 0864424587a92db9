package lockstep.app.ui.model;

import java.util.Map;
import java.util.TreeMap;
import lockstep.app.JsonObject;

/// How long the history is kept, what is locked by itself, and whether the router lets others in.
///
/// @param maxPercent the part of the disk that the history may take
/// @param quietSeconds without a save for so long the work on a file is over
/// @param ownLocks the folders with a rule of their own
public record Preferences(
    long keepDays,
    long maxPercent,
    LockRule locks,
    long quietSeconds,
    Map<String, LockRule> ownLocks,
    boolean portMapping) {
  public static final WholeNumber KEEP_DAYS = new WholeNumber(0, 36_500);
  public static final WholeNumber MAX_PERCENT = new WholeNumber(0, 100);
  public static final WholeNumber QUIET_SECONDS = new WholeNumber(1, 86_400);

  public Preferences {
    ownLocks = Map.copyOf(ownLocks);
  }

  static Preferences of(JsonObject settings) {
    JsonObject history = settings.object("history");
    JsonObject locks = settings.object("locks");
    JsonObject folders = locks.object("folders");
    var own = new TreeMap<String, LockRule>();
    for (String folder : folders.members().keySet()) {
      own.put(folder, LockRule.of(folders.string(folder)));
    }
    return new Preferences(
        history.number("keepDays"),
        history.number("maxPercent"),
        LockRule.of(locks.string("files")),
        locks.number("quietSeconds"),
        own,
        settings.object("network").flag("portMapping"));
  }

  /// What holds for a folder; that it has no rule of its own is one, too.
  public LockRule locksOf(String folder) {
    return ownLocks.getOrDefault(folder, LockRule.COMMON);
  }
}
