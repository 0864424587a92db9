package lockstep.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import lockstep.base.Blake3;
import lockstep.base.Entropy;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.p2p.Libp2pNetwork;
import lockstep.p2p.Limits;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerInfo;
import lockstep.p2p.PeerNetwork;
import lockstep.recovery.Directories;

/// A real device inside a test: engine, network on loopback, home and folder below a directory of
/// the test's.
final class TestDevice implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  final String name;
  final Path home;
  final Path folder;
  private final PrivateKey key = PrivateKey.generate(Entropy.system());
  private PeerNetwork network;
  private List<Multiaddr> listen = List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"));
  private int boot;

  /// What is locked without anybody asking; counts from the next start.
  LockPolicy locking = LockPolicy.OFF;

  SyncEngine engine;

  TestDevice(Path below, String name) throws IOException {
    this.name = name;
    this.home = Files.createDirectories(below.resolve(name + "-home"));
    this.folder = Files.createDirectories(below.resolve(name));
    start();
  }

  /// From now on nobody can dial it, as if it were behind a NAT; it dials others as before.
  void hide() throws IOException {
    stop();
    listen = List.of();
    start();
  }

  /// The opposite.
  void show() throws IOException {
    stop();
    listen = List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"));
    start();
  }

  void start() throws IOException {
    network =
        Libp2pNetwork.open(
            new Libp2pNetwork.Options(
                key,
                listen,
                "lockstep-test",
                false,
                Limits.DEFAULT,
                TimeSource.system(),
                Entropy.system()));
    if (!listen.isEmpty()) {
      String address = network.addresses().getFirst().toString();
      // the port stays ours
      listen = List.of(Multiaddr.parse(address.substring(0, address.indexOf("/p2p/"))));
    }
    engine =
        SyncEngines.open(
            new EngineOptions(
                home,
                key,
                name,
                network,
                TimeSource.system(),
                Entropy.system(),
                HistoryLimits.DEFAULT,
                Optional.of("boot " + boot),
                _ -> locking));
  }

  void stop() throws IOException {
    engine.close();
    network.close();
  }

  /// Connects to a device that it has not met.
  void dial(TestDevice other) throws IOException {
    network.connect(other.engine.self(), other.network.addresses(), Duration.ofSeconds(10));
  }

  /// How it is connected with another, if it is.
  Optional<PeerInfo.Road> roadTo(TestDevice other) {
    return network.peers().stream()
        .filter(info -> info.peer().equals(other.engine.self()))
        .map(PeerInfo::road)
        .findFirst();
  }

  /// Where it listens, without its name.
  List<Multiaddr> addresses() {
    return listen;
  }

  /// Asks to join as `request` says, whatever it says.
  JoinProtocol.Reply replayJoin(TestDevice admitter, JoinProtocol.Request request)
      throws IOException {
    dial(admitter);
    try (var stream = network.open(admitter.engine.self(), JoinProtocol.PROTOCOL)) {
      JoinProtocol.send(stream, request);
      return JoinProtocol.readReply(JoinProtocol.buffered(stream));
    }
  }

  /// The same where a person is asked: shows `nonce`, whatever was committed to.
  JoinProtocol.Reply replayJoin(TestDevice admitter, JoinProtocol.Request request, Blake3 nonce)
      throws IOException {
    dial(admitter);
    try (var stream = network.open(admitter.engine.self(), JoinProtocol.PROTOCOL)) {
      JoinProtocol.send(stream, request);
      var in = JoinProtocol.buffered(stream);
      if (JoinProtocol.readReply(in) instanceof JoinProtocol.Reply.Waits) {
        JoinProtocol.reveal(stream, nonce);
      }
      return JoinProtocol.readReply(in);
    }
  }

  /// Claims to have made every short code.
  void answersToEveryNumber() {
    network.handle(
        SpokenServer.PROTOCOL,
        stream -> {
          Frames.read(stream.input(), SpokenMessages.MESSAGE_MAX);
          Frames.write(stream.output(), SpokenMessages.here(true));
          stream.input().read();
        });
  }

  /// What `other` answers to the number of a short code.
  byte[] saysNumber(TestDevice other, int number) throws IOException {
    return says(other, SpokenMessages.hello(number));
  }

  /// What `other` answers to whoever asks for all numbers.
  byte[] saysToAll(TestDevice other) throws IOException {
    return says(other, SpokenMessages.helloToAll());
  }

  private byte[] says(TestDevice other, byte[] hello) throws IOException {
    dial(other);
    try (var stream = network.open(other.engine.self(), SpokenServer.PROTOCOL)) {
      Frames.write(stream.output(), hello);
      return Frames.read(stream.input(), SpokenMessages.MESSAGE_MAX);
    }
  }

  /// Keeps all that this device, which was stopped, has on its disk.
  void keepIn(Path place) throws IOException {
    copy(home, place.resolve("home"));
    copy(folder, place.resolve("folder"));
  }

  /// Brings back what [#keepIn] kept.
  void bringBackFrom(Path place) throws IOException {
    Directories.deleteTree(home);
    Directories.deleteTree(folder);
    copy(place.resolve("home"), home);
    copy(place.resolve("folder"), folder);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (var paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /// Stops so that the next start finds no good end noted.
  void kill() throws IOException {
    var notes = new HashMap<Path, byte[]>();
    try (var running = Files.list(home.resolve("running"))) {
      for (Path note : (Iterable<Path>) running::iterator) {
        notes.put(note, Files.readAllBytes(note));
      }
    }
    stop();
    for (var note : notes.entrySet()) {
      Files.write(note.getKey(), note.getValue());
    }
  }

  /// The machine goes down, and starts again without the engine.
  void bootMachine() {
    boot++;
  }

  /// Shares the folder and lets the others join it.
  void shareWith(TestDevice... others) throws Exception {
    engine.addFolder(folder, "work");
    for (TestDevice other : others) {
      other.engine.join(invite(1, false), other.folder);
    }
  }

  /// An invitation to read and write, for an hour.
  String invite(int uses, boolean needsApproval) throws Exception {
    var hour = Duration.ofHours(1);
    return engine.invite(
        "work", new InvitationTerms(lockstep.base.Role.READ_WRITE, hour, uses, needsApproval));
  }

  TestDevice write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  String read(String path) throws IOException {
    return Files.readString(folder.resolve(path));
  }

  /// Every path with its kind, mode, time and content.
  Map<String, String> tree() throws IOException {
    var tree = new TreeMap<String, String>();
    try (var paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        String relative = folder.relativize(path).toString();
        if (!relative.isEmpty()
            && !relative.startsWith(".lockstep/")
            && !relative.equals(".lockstep")) {
          tree.put(relative, describe(path));
        }
      }
    } catch (UncheckedIOException | NoSuchFileException e) {
      tree.put("changing", e.getMessage());
    }
    return tree;
  }

  private static String describe(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "link " + Files.readSymbolicLink(path);
    }
    String mode =
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return "directory " + mode;
    }
    return "file %s %s %s"
        .formatted(
            mode,
            Files.getLastModifiedTime(path),
            HexFormat.of().formatHex(Blake3.of(Files.readAllBytes(path)).bytes(), 0, 6));
  }

  /// Waits until this device's tree is that of `other`.
  void awaitSameTreeAs(TestDevice other) throws Exception {
    Map<String, String> here = Map.of();
    Map<String, String> there = Map.of();
    long end = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < end) {
      try {
        here = tree();
        there = other.tree();
      } catch (IOException e) {
        continue; // a file came or went while we looked
      }
      if (here.equals(there)) {
        return;
      }
      Thread.sleep(20);
    }
    org.assertj.core.api.Assertions.assertThat(here)
        .as(
            () ->
                name
                    + " is "
                    + engine.folders()
                    + "\n"
                    + other.name
                    + " is "
                    + other.engine.folders())
        .isEqualTo(there);
  }

  void await(Condition condition) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come to that; " + engine.folders() + " " + tree());
      }
      Thread.sleep(20);
    }
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  @Override
  public void close() throws IOException {
    stop();
  }
}
