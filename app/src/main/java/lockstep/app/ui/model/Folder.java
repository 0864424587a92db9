package lockstep.app.ui.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import lockstep.app.JsonObject;

/// A shared folder with what the screen says of it.
///
/// @param error why it is paused or in error
/// @param leftOutFiles files that are not synced here, by its user's choice
/// @param bytesPerSecond current rate of arriving content
/// @param move how far it is on its way to another place, if it is on one
public record Folder(
    String name,
    Path path,
    Look look,
    Optional<String> error,
    long files,
    long bytes,
    long pendingFiles,
    long pendingBytes,
    long leftOutFiles,
    long conflicts,
    long bytesPerSecond,
    List<Problem> problems,
    List<Member> members,
    Optional<Move> move) {

  public Folder {
    problems = List.copyOf(problems);
    members = List.copyOf(members);
  }

  /// What a folder looks like at a glance.
  public enum Look {
    SYNCED,
    SCANNING,
    SYNCING,
    PAUSED,
    /// Paused by the program, which asks what to do.
    HALTED,
    ERROR,
    /// This device belongs to it no more.
    LEFT
  }

  /// A path that cannot be synced.
  public record Problem(String path, String reason) {}

  static Folder of(JsonObject json) {
    Optional<String> error = json.text("error");
    List<Member> members = json.objects("members").stream().map(Member::of).toList();
    boolean left = !members.isEmpty() && members.stream().noneMatch(Member::self);
    return new Folder(
        json.string("name"),
        Path.of(json.string("path")),
        left ? Look.LEFT : look(json.string("state"), error.isPresent()),
        error,
        json.number("files"),
        json.number("bytes"),
        json.number("pendingFiles"),
        json.number("pendingBytes"),
        json.number("leftOutFiles"),
        json.number("conflicts"),
        json.number("bytesPerSecond"),
        json.objects("problems").stream()
            .map(problem -> new Problem(problem.string("path"), problem.string("reason")))
            .toList(),
        members,
        Move.of(json));
  }

  private static Look look(String state, boolean explained) {
    return switch (state) {
      case "in-sync" -> Look.SYNCED;
      case "scanning" -> Look.SCANNING;
      case "paused" -> explained ? Look.HALTED : Look.PAUSED;
      case "error" -> Look.ERROR;
      default -> Look.SYNCING; // also what a newer daemon may say
    };
  }

  /// The part that has arrived, 0 to 1; empty where nothing is to come.
  public Optional<Double> progress() {
    if (move.isPresent()) return move.get().part();
    if (pendingFiles == 0 && pendingBytes == 0) return Optional.empty();
    if (bytes <= 0) return Optional.of(0.0);
    return Optional.of((double) (bytes - Math.min(bytes, pendingBytes)) / bytes);
  }

  /// The time that is left at the current rate.
  public Optional<Duration> timeLeft() {
    return bytesPerSecond <= 0 || pendingBytes <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(Math.ceilDiv(pendingBytes, bytesPerSecond)));
  }

  public List<Member> others() {
    return members.stream().filter(member -> !member.self()).toList();
  }

  /// On how many devices, this one among them, everything is known to be.
  public long safeOn() {
    long others =
        others().stream().filter(other -> other.inSync() && other.leftOutFiles() == 0).count();
    return others + (pendingFiles == 0 && leftOutFiles == 0 && look != Look.SCANNING ? 1 : 0);
  }

  /// How many connected devices still lack something.
  public long fetching() {
    return others().stream().filter(other -> other.connected() && !other.inSync()).count();
  }

  /// Whether everything is here and others still fetch it.
  boolean isFetched() {
    return look == Look.SYNCED && fetching() > 0;
  }

  /// Whether this device may invite others and change their roles.
  public boolean mayInvite() {
    return members.stream().anyMatch(member -> member.self() && member.role().equals("admin"));
  }

  /// Whether its directory is not there: its user may have moved it.
  public boolean isAway() {
    return look == Look.ERROR && members.isEmpty();
  }

  /// What its user can do about the state that it is in.
  public enum WayOut {
    /// Paused for safety: whether the files are to come back.
    DECIDE,
    /// Its directory is gone: where it is now.
    SAY_WHERE,
    CANCEL_MOVE
  }

  public Optional<WayOut> wayOut() {
    if (look == Look.HALTED) return Optional.of(WayOut.DECIDE);
    if (isAway()) return Optional.of(WayOut.SAY_WHERE);
    return move.filter(Move::canBeCancelled).map(_ -> WayOut.CANCEL_MOVE);
  }

  /// What decides on what can be done: while it is equal, no button may change, whatever else does.
  public record Grounds(
      String name,
      Path path,
      boolean mayInvite,
      boolean paused,
      boolean moving,
      Optional<WayOut> wayOut) {}

  public Grounds grounds() {
    return new Grounds(name, path, mayInvite(), look == Look.PAUSED, move.isPresent(), wayOut());
  }

  public boolean needsAttention() {
    return look == Look.ERROR || look == Look.HALTED || conflicts > 0 || !problems.isEmpty();
  }
}
