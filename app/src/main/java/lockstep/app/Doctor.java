package lockstep.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import lockstep.app.Finding.Severity;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PortMapping;
import lockstep.sync.FolderState;
import lockstep.sync.FolderStatus;
import lockstep.sync.LedgerRow;
import lockstep.sync.UserException;

/// Checks what Lockstep stands on: the home and its key, the disks, the limits of the system, the
/// clocks, the network. Changes nothing. What a running daemon alone knows is left out without one.
final class Doctor {
  private static final String WATCHES = "/proc/sys/fs/inotify/max_user_watches";
  private static final Pattern LOOPBACK = Pattern.compile("127\\..*|::1|localhost");
  private static final Duration SKEW_MAX = Duration.ofMinutes(2);
  private static final int ENTRIES_LOOKED_AT = 50;
  private static final long ROOM_MIN = 1L << 30;
  private static final long HOME_ROOM_MIN = 100L << 20;

  private final Home home;
  private final Surroundings surroundings;
  private final List<Finding> findings = new ArrayList<>();

  Doctor(Home home, Surroundings surroundings) {
    this.home = home;
    this.surroundings = surroundings;
  }

  /// Without a daemon: only what can be seen from outside.
  List<Finding> examine() {
    key();
    home();
    multicast();
    findings.add(
        Finding.of(
            Severity.NOTE,
            "daemon",
            "no daemon runs for this home; the folders and the network were not looked at",
            "lockstep up, or lockstep daemon"));
    return List.copyOf(findings);
  }

  /// All of a running device.
  List<Finding> examine(RunningDevice device) throws UserException, IOException {
    List<FolderStatus> folders = device.engine().folders();
    key();
    home();
    findings.add(watches(surroundings.limit(WATCHES), directories(folders)));
    for (FolderStatus folder : folders) {
      folder(folder);
      clock(folder, device.engine().ledger(folder.name(), recent()), device.wallTime());
    }
    addresses(device.network().addresses());
    findings.add(router(device.router().state()));
    multicast();
    return List.copyOf(findings);
  }

  private static OptionalLong recent() {
    return OptionalLong.of(ENTRIES_LOOKED_AT);
  }

  private static long directories(List<FolderStatus> folders) {
    return folders.stream().mapToLong(folder -> folder.directories() + 1).sum();
  }

  // ---- The home ------------------------------------------------------------------------------

  private void key() {
    try {
      Optional<Identity> identity = Identity.read(home);
      if (identity.isEmpty()) {
        findings.add(
            Finding.of(
                Severity.NOTE, "key", "this home has no identity yet", "lockstep init, or up"));
      } else {
        findings.add(key(identity.get().keptIn(), surroundings.permissions(home.keyFile())));
      }
    } catch (IOException e) {
      findings.add(
          Finding.of(
              Severity.ERROR,
              "key",
              "the identity cannot be read: " + Failure.reason(e),
              "bring the home back from a backup, or begin with a new one (--home)"));
    }
  }

  /// @param permissions of the file with the key, if there is one
  static Finding key(String keptIn, Optional<String> permissions) {
    if (permissions.isPresent() && !permissions.get().endsWith("------")) {
      return Finding.of(
              Severity.ERROR,
              "key",
              "others on this computer may read the private key (" + permissions.get() + ")",
              "chmod 600 the file identity.key in the home; if somebody may have read it, begin"
                  + " with a new home and have this device removed (lockstep members remove)")
          .withRemedy(Remedies.KEY_PERMISSIONS);
    }
    if (keptIn.equals("keyring")) {
      return Finding.ok("key", "the private key rests in the system's keyring");
    }
    return Finding.of(
        Severity.NOTE,
        "key",
        "the private key rests in a file that you alone can read, for there was no keyring",
        "encrypt the disk of this computer, so that who steals it has no key");
  }

  private void home() {
    if (!Files.isDirectory(home.path())) return;
    try {
      findings.add(room("home", home.path().toString(), store(home.path()), HOME_ROOM_MIN));
    } catch (IOException e) {
      findings.add(unreadable("home", home.path(), e));
    }
  }

  private Surroundings.Store store(Path path) throws IOException {
    return surroundings.store(path);
  }

  private static Finding unreadable(String topic, Path path, IOException e) {
    return Finding.of(
        Severity.ERROR,
        topic,
        "'" + path + "' cannot be looked at: " + Failure.reason(e),
        "is its disk connected, and may you read it?");
  }

  // ---- Disks and limits ----------------------------------------------------------------------

  private void folder(FolderStatus folder) {
    String topic = "folder " + folder.name();
    if (folder.state() == FolderState.ERROR) {
      findings.add(
          Finding.of(
                  Severity.ERROR,
                  topic,
                  folder.error().orElse("it is stopped"),
                  "lockstep status, and lockstep why PATH for a single file")
              .withRemedy(Remedies.RESUME + folder.name()));
    }
    try {
      Surroundings.Store store = store(folder.path());
      findings.add(room(topic, folder.path().toString(), store, ROOM_MIN));
      fileSystem(topic, store.type()).ifPresent(findings::add);
    } catch (IOException e) {
      findings.add(unreadable(topic, folder.path(), e));
    }
  }

  static Finding room(String topic, String path, Surroundings.Store store, long least) {
    String left = Units.bytes(store.free()) + " of " + Units.bytes(store.total()) + " are free";
    if (store.free() >= least) return Finding.ok(topic, left + " (" + store.type() + ")");
    return Finding.of(
        Severity.WARNING,
        topic,
        "the disk of '" + path + "' is nearly full: " + left,
        "make room; Lockstep stops a folder whose disk is full, and loses nothing");
  }

  /// What is to be known of a kind of file system. What is not named here is held for a good one.
  static Optional<Finding> fileSystem(String topic, String type) {
    return switch (type) {
      case "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "fuse.sshfs", "9p", "afs" ->
          Optional.of(
              Finding.of(
                  Severity.WARNING,
                  topic,
                  "it lies on a network file system ("
                      + type
                      + "): what other computers change there is noticed by the rare scan only",
                  "share the folder on the computer that has the disk"));
      case "vfat", "msdos", "exfat", "fuseblk", "ntfs", "ntfs3" ->
          Optional.of(
              Finding.of(
                  Severity.NOTE,
                  topic,
                  "its file system ("
                      + type
                      + ") takes A.txt and a.txt for one, and may lack links, modes and the"
                      + " exchange of two files in one step",
                  "lockstep status names what cannot stand there"));
      case "tmpfs", "ramfs" ->
          Optional.of(
              Finding.of(
                  Severity.WARNING,
                  topic,
                  "it lies in memory (" + type + ") and is gone after a restart of the computer",
                  "lockstep folder remove, and add it on a disk"));
      default -> Optional.empty();
    };
  }

  /// @param most what one user may watch; empty where the system has no such limit
  static Finding watches(OptionalLong most, long directories) {
    if (most.isEmpty()) return Finding.ok("watches", "this system has no limit on watches");
    String used =
        "%d of %d watches are needed for the folders".formatted(directories, most.getAsLong());
    if (directories <= most.getAsLong() / 10 * 8) return Finding.ok("watches", used);
    return Finding.of(
        directories > most.getAsLong() ? Severity.ERROR : Severity.WARNING,
        "watches",
        used + "; beyond the limit saves are noticed late",
        "sudo sysctl fs.inotify.max_user_watches=" + Math.max(524_288, 2 * directories));
  }

  // ---- Clocks --------------------------------------------------------------------------------

  private void clock(FolderStatus folder, List<LedgerRow> entries, Instant now) {
    clock("folder " + folder.name(), entries, now).ifPresent(findings::add);
  }

  /// Entries that come from the future by this clock: one of the two is wrong.
  static Optional<Finding> clock(String topic, List<LedgerRow> entries, Instant now) {
    return entries.stream()
        .filter(entry -> entry.at().isAfter(now.plus(SKEW_MAX)))
        .findFirst()
        .map(
            entry ->
                Finding.of(
                    Severity.WARNING,
                    topic,
                    "the clock of '%s' is %s ahead of this one, or this one is behind"
                        .formatted(
                            entry.authorName(), Units.duration(Duration.between(now, entry.at()))),
                    "set both clocks by the network; no version is lost by it, but dates mislead"));
  }

  // ---- The network ---------------------------------------------------------------------------

  private void addresses(List<Multiaddr> addresses) {
    findings.add(
        addresses(
            ports(addresses),
            addresses.stream().anyMatch(Doctor::isForOthers),
            addresses.stream().anyMatch(this::answers)));
  }

  private boolean answers(Multiaddr address) {
    return address.tcpHost().isPresent()
        && surroundings.answers(address.tcpHost().get(), address.tcpPort().orElseThrow());
  }

  private static boolean isForOthers(Multiaddr address) {
    return address.tcpHost().filter(host -> !LOOPBACK.matcher(host).matches()).isPresent();
  }

  private static String ports(List<Multiaddr> addresses) {
    return addresses.stream()
        .flatMapToInt(address -> address.tcpPort().stream())
        .distinct()
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", "));
  }

  /// @param forOthers whether other computers could dial one of the addresses
  /// @param served whether one answers from this computer
  static Finding addresses(String ports, boolean forOthers, boolean served) {
    if (!served) {
      return Finding.of(
          Severity.ERROR,
          "network",
          "nobody can dial this device: none of its addresses answers",
          "is a firewall in the way? Allow port " + ports);
    }
    if (!forOthers) {
      return Finding.of(
          Severity.WARNING,
          "network",
          "only this computer can dial this device, since it listens on the loopback alone",
          "connect to a network, or start the daemon without --listen");
    }
    return Finding.ok("network", "this device answers on its addresses");
  }

  /// @param mapping empty while it is switched off
  static Finding router(Optional<PortMapping.State> mapping) {
    return switch (mapping.orElse(null)) {
      case null ->
          Finding.of(
              Severity.NOTE,
              "router",
              "the router is not asked to let other devices in",
              "lockstep settings --port-mapping yes");
      case PortMapping.State.Looking() -> Finding.ok("router", "it is being asked");
      case PortMapping.State.NotNeeded() ->
          Finding.ok("router", "there is none that other devices would have to be let in by");
      case PortMapping.State.Mapped(var address, var by) ->
          Finding.ok("router", "it lets other devices in at " + address + " (" + by + ")");
      case PortMapping.State.Unmapped(var why) ->
          Finding.of(
              Severity.NOTE,
              "router",
              "it does not let other devices in (" + why + ")",
              "switch on UPnP or PCP in the router; without, a member that others reach passes"
                  + " data on, until a direct way is found");
    };
  }

  private void multicast() {
    try {
      List<Surroundings.Multicast> interfaces = surroundings.multicast();
      if (interfaces.isEmpty()) {
        findings.add(
            Finding.of(
                Severity.NOTE,
                "multicast",
                "there is no local network to find other devices on",
                "devices elsewhere are reached by the addresses in an invitation"));
      }
      interfaces.forEach(each -> findings.add(multicast(each)));
    } catch (IOException e) {
      findings.add(
          Finding.of(
              Severity.WARNING,
              "multicast",
              "the network interfaces cannot be listed: " + Failure.reason(e),
              "lockstep connect MULTIADDR reaches a device by its address"));
    }
  }

  static Finding multicast(Surroundings.Multicast found) {
    return found
        .refusal()
        .map(
            reason ->
                Finding.of(
                    Severity.WARNING,
                    "multicast",
                    "devices cannot find one another on '" + found.name() + "': " + reason,
                    "lockstep connect MULTIADDR reaches a device by its address"))
        .orElseGet(() -> Finding.ok("multicast", "'" + found.name() + "' takes part"));
  }

  /// The findings as the API and `--json` show them.
  static List<Map<String, Object>> views(List<Finding> findings) {
    return findings.stream().map(Finding::view).toList();
  }
}
