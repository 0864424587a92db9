package lockstep.app;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.TimeSource;
import lockstep.p2p.PeerNetwork;
import lockstep.sync.FolderStatus;
import lockstep.sync.SyncEngine;
import lockstep.sync.UserException;

/// What the control API governs: the engine and the network of one running device.
final class RunningDevice {
  private final SyncEngine engine;
  private final PeerNetwork network;
  private final BandwidthControl bandwidth;
  private final SettingsControl settings;
  private final RouterControl router;
  private final TimeSource time;
  private final Runnable stop;
  private final RecentEvents events = new RecentEvents();
  private final long startedNanos;
  private volatile String apiUrl = "";

  /// @param stop asks the daemon to end, and returns at once
  RunningDevice(
      SyncEngine engine,
      PeerNetwork network,
      BandwidthControl bandwidth,
      SettingsControl settings,
      RouterControl router,
      TimeSource time,
      Runnable stop) {
    this.engine = engine;
    this.network = network;
    this.bandwidth = bandwidth;
    this.settings = settings;
    this.router = router;
    this.time = time;
    this.stop = stop;
    this.startedNanos = time.monotonicNanos();
  }

  SyncEngine engine() {
    return engine;
  }

  PeerNetwork network() {
    return network;
  }

  BandwidthControl bandwidth() {
    return bandwidth;
  }

  SettingsControl settings() {
    return settings;
  }

  RouterControl router() {
    return router;
  }

  RecentEvents events() {
    return events;
  }

  /// The time that people here see, for judging that of others.
  Instant wallTime() {
    return time.wallTime();
  }

  void requestStop() {
    stop.run();
  }

  void servesAt(String url) {
    apiUrl = url;
  }

  /// The folder of that name.
  FolderStatus folder(String name) throws UserException {
    List<FolderStatus> folders = engine.folders();
    return folders.stream()
        .filter(folder -> folder.name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name, folders));
  }

  private static UserException unknown(String name, List<FolderStatus> folders) {
    String known = String.join("', '", folders.stream().map(FolderStatus::name).toList());
    return new UserException(
        "there is no folder '" + name + "'",
        folders.isEmpty() ? "no folder is shared yet" : "the shared folders are '" + known + "'",
        "lockstep folder list");
  }

  /// The contract's `status`.
  ///
  /// @param folder shows that folder alone
  Map<String, Object> status(Optional<String> folder) throws UserException {
    List<FolderStatus> shown =
        folder.isPresent() ? List.of(folder(folder.get())) : engine.folders();
    Duration uptime = Duration.ofNanos(time.monotonicNanos() - startedNanos);
    return Views.object(
        "device",
            Views.object(
                "name", engine.deviceName(),
                "peerId", engine.self(),
                "addresses", Views.texts(network.addresses())),
        "daemon",
            Views.object(
                "version", Version.TEXT, "uptimeSeconds", uptime.toSeconds(), "apiUrl", apiUrl),
        "folders", shown.stream().map(f -> Views.folder(f, engine::absence)).toList(),
        "applicants", engine.applicants().stream().map(Views::applicant).toList());
  }
}
