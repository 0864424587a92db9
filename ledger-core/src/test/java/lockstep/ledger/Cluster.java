package lockstep.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.PrivateKey;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.TimeSource;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import lockstep.recovery.Disks;

/// Devices that share one folder, each with a ledger on a real disk, and no network: whoever is
/// told to pull gets what the other has.
final class Cluster implements AutoCloseable {
  private final Path directory;
  private final List<Device> devices = new ArrayList<>();
  private int keys = 1;

  Cluster(Path directory) throws IOException {
    this(directory, key(0));
  }

  Cluster(Path directory, PrivateKey creator) throws IOException {
    this.directory = directory;
    Path home = Files.createDirectories(directory.resolve("d0"));
    byte[] nonce = directory.toString().getBytes();
    var ledger =
        Ledger.create(
            Disks.open(home),
            creator,
            "work",
            "dev0",
            time(),
            n -> Arrays.copyOf(Blake3.of(nonce).bytes(), n));
    devices.add(new Device(creator, home, ledger));
  }

  private static PrivateKey key(int number) {
    byte[] seed = new byte[PrivateKey.SEED_LENGTH];
    seed[0] = (byte) number;
    return PrivateKey.ofSeed(seed);
  }

  TimeSource time() {
    return new TimeSource() {
      @Override
      public Instant wallTime() {
        return Instant.parse("2026-03-01T12:00:00Z");
      }

      @Override
      public long monotonicNanos() {
        return 0;
      }
    };
  }

  Device first() {
    return devices.getFirst();
  }

  List<Device> devices() {
    return devices;
  }

  PrivateKey stranger() {
    return key(100 + keys++);
  }

  /// The first device admits a new one, which then knows what the first knows.
  Device join(Role role) throws IOException {
    PrivateKey key = key(keys++);
    String name = "dev" + devices.size();
    first()
        .ledger()
        .append(List.of(new Payload.Grant(key.publicKey(), role, name, Optional.empty())));
    return enter(key, first());
  }

  /// Gives a device that was granted entry its copy of a member's ledger.
  Device enter(PrivateKey key, Device from) throws IOException {
    Path home = Files.createDirectories(directory.resolve("d" + devices.size()));
    var entries = from.ledger().since(VersionVector.EMPTY, Long.MAX_VALUE).entries();
    var ledger = Ledger.join(Disks.open(home), key, from.ledger().folderId(), entries, time());
    var device = new Device(key, home, ledger);
    devices.add(device);
    return device;
  }

  /// A device's home is copied: from now on two devices are one.
  Device copy(Device of) throws IOException {
    Path home = Files.createDirectories(directory.resolve("d" + devices.size()));
    of.ledger.close();
    Files.copy(of.log(), home.resolve(of.log().getFileName()));
    of.ledger = Ledger.open(Disks.open(of.home), of.key, time());
    var device = new Device(of.key, home, Ledger.open(Disks.open(home), of.key, time()));
    devices.add(device);
    return device;
  }

  static Node file(String content) {
    byte[] bytes = content.getBytes();
    return new Node.File(new Content(bytes.length, Blake3.of(bytes)), 1_000_000_007L, 0644);
  }

  static Change put(String path, String content) {
    return new Change(RelPath.of(path), file(content), VersionVector.EMPTY);
  }

  @Override
  public void close() throws IOException {
    for (Device device : devices) device.ledger.close();
  }

  final class Device {
    private final PrivateKey key;
    private final Path home;
    private Ledger ledger;

    private Device(PrivateKey key, Path home, Ledger ledger) {
      this.key = key;
      this.home = home;
      this.ledger = ledger;
    }

    PrivateKey key() {
      return key;
    }

    Ledger ledger() {
      return ledger;
    }

    /// Publishes a version made knowing all that this device knows of the path.
    Appended change(String path, Node node) throws IOException {
      return change(path, node, 0);
    }

    /// The same under a lock.
    Appended change(String path, Node node, long epoch) throws IOException {
      var base = ledger.global().known(RelPath.of(path));
      return ledger.append(
          List.of(new Payload.Changes(List.of(new Change(RelPath.of(path), node, base, epoch)))));
    }

    Appended edit(String path, String content) throws IOException {
      return change(path, file(content));
    }

    Appended delete(String path) throws IOException {
      return change(path, Node.ABSENT);
    }

    /// What stands where, and who stated it. (Two ledgers may name the branches of a fork
    /// differently; that is not to be seen here.)
    Map<String, String> contents() {
      var contents = new TreeMap<String, String>();
      tree().forEach((path, v) -> contents.put(path, v.node() + " by " + v.entry()));
      return contents;
    }

    Appended heal(Device forked) throws IOException {
      return ledger.append(List.of(new Payload.Heal(forked.key.publicKey())));
    }

    /// What a device does when it meets another.
    Appended meet(Device from) throws IOException {
      Appended taken = pull(from);
      ledger.testify();
      return taken;
    }

    Appended pull(Device from) throws IOException {
      VersionVector known = from.ledger.reached(ledger.heads());
      return ledger.accept(from.ledger.since(known, Long.MAX_VALUE).entries());
    }

    Node node(String path) {
      return ledger.global().get(RelPath.of(path)).map(Version::node).orElse(Node.ABSENT);
    }

    Map<String, Version> tree() {
      var tree = new TreeMap<String, Version>();
      ledger.global().forEachLive((path, version) -> tree.put(path.toString(), version));
      return tree;
    }

    void reopen() throws IOException {
      ledger.close();
      ledger = Ledger.open(Disks.open(home), key, time());
    }

    private Path log() throws IOException {
      try (var files = Files.list(home)) {
        return files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
      }
    }

    long logLength() throws IOException {
      return Files.size(log());
    }

    byte[] logBytes() throws IOException {
      return Files.readAllBytes(log());
    }

    /// An older copy of the log takes the place of this one.
    void restore(byte[] backup) throws IOException {
      ledger.close();
      Files.write(log(), backup);
      ledger = Ledger.open(Disks.open(home), key, time());
    }

    /// Power fails: of what was written after `durable`, the disk keeps the bytes up to `length`.
    void crashTo(byte[] durable, long length) throws IOException {
      byte[] now = logBytes();
      ledger.close();
      byte[] left = Arrays.copyOf(now, (int) length);
      System.arraycopy(durable, 0, left, 0, durable.length);
      Files.write(log(), left);
      ledger = Ledger.open(Disks.open(home), key, time());
    }
  }
}
