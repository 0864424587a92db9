package lockstep.app.ui.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import lockstep.app.ApiClient;
import lockstep.app.Failure;
import lockstep.app.JsonObject;

/// Everything the window shows at one moment.
///
/// @param trouble why the daemon cannot be reached; what else is here is then of before
public record Snapshot(
    String deviceName,
    String peerId,
    String version,
    List<Folder> folders,
    List<Peer> peers,
    List<Conflict> conflicts,
    List<Lock> locks,
    List<Applicant> applicants,
    Optional<Trouble> trouble) {

  public static final Snapshot EMPTY =
      new Snapshot(
          "", "", "", List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty());

  public Snapshot {
    folders = List.copyOf(folders);
    peers = List.copyOf(peers);
    conflicts = List.copyOf(conflicts);
    locks = List.copyOf(locks);
    applicants = List.copyOf(applicants);
  }

  static Snapshot take(ApiClient daemon) throws Failure {
    JsonObject status = daemon.get(ApiClient.path("status")).object();
    JsonObject device = status.object("device");
    return new Snapshot(
        device.string("name"),
        device.string("peerId"),
        status.object("daemon").string("version"),
        status.objects("folders").stream().map(Folder::of).toList(),
        daemon.get(ApiClient.path("peers")).objects().stream().map(Peer::of).toList(),
        daemon.get(ApiClient.path("conflicts")).objects().stream()
            .map(Conflict::of)
            .filter(Conflict::open)
            .toList(),
        daemon.get(ApiClient.path("locks")).objects().stream().map(Lock::of).toList(),
        status.objects("applicants").stream().map(Applicant::of).toList(),
        Optional.empty());
  }

  /// The same, no longer fresh.
  Snapshot stale(Trouble why) {
    return new Snapshot(
        deviceName,
        peerId,
        version,
        folders,
        peers,
        conflicts,
        locks,
        applicants,
        Optional.of(why));
  }

  public Optional<Folder> folder(String name) {
    return folders.stream().filter(folder -> folder.name().equals(name)).findFirst();
  }

  /// Whether a device is connected, for whichever folder.
  public boolean reaches(String peer) {
    return peers.stream().anyMatch(known -> known.peerId().equals(peer) && known.connected());
  }

  /// What a device is called, as far as anybody has said so.
  public Optional<String> nameOf(String peer) {
    Stream<String> members =
        folders.stream()
            .flatMap(folder -> folder.members().stream())
            .filter(member -> member.peerId().equals(peer))
            .map(Member::name);
    Stream<String> others =
        peers.stream().filter(known -> known.peerId().equals(peer)).map(Peer::name);
    Stream<String> asking =
        applicants.stream().filter(asks -> asks.peerId().equals(peer)).map(Applicant::name);
    return Stream.of(members, others, asking)
        .flatMap(names -> names)
        .filter(name -> !name.isEmpty())
        .findFirst();
  }

  /// The state of all folders in one word, the most urgent first.
  public Overall overall() {
    if (trouble.isPresent()) return Overall.OFFLINE;
    if (!applicants.isEmpty() || folders.stream().anyMatch(Folder::needsAttention))
      return Overall.ATTENTION;
    if (isBusy()) return Overall.SYNCING;
    if (folders.stream().anyMatch(Folder::isFetched)) return Overall.SENDING;
    boolean paused = folders.stream().allMatch(folder -> folder.look() == Folder.Look.PAUSED);
    return folders.isEmpty() ? Overall.EMPTY : paused ? Overall.PAUSED : Overall.IDLE;
  }

  /// Whether something is under way, so that it is worth looking often.
  boolean isBusy() {
    return folders.stream()
        .anyMatch(
            f ->
                f.look() == Folder.Look.SYNCING
                    || f.look() == Folder.Look.SCANNING
                    || f.move().isPresent());
  }

  /// What the window and the tray say of everything.
  public enum Overall {
    EMPTY,
    IDLE,
    SYNCING,
    /// Everything is here, and others still fetch it.
    SENDING,
    ATTENTION,
    PAUSED,
    OFFLINE
  }
}
