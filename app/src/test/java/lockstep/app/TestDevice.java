package lockstep.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PortMapping;

/// A home in a directory, its command line, and (once started) its daemon over a fake engine and
/// network, all within the test's process.
final class TestDevice implements AutoCloseable {
  private static final Logger QUIET = Logger.getLogger("lockstep");

  static {
    QUIET.setLevel(Level.OFF); // held, or its level would be forgotten
  }

  final Home home;

  /// How many discoveries are running.
  final AtomicInteger discovering = new AtomicInteger();

  /// How many ask a router.
  final AtomicInteger mapping = new AtomicInteger();

  final FakeSurroundings surroundings = new FakeSurroundings();
  private final Adapters adapters;
  private Optional<FakeEngine> engine = Optional.empty();
  private Optional<Daemon> daemon = Optional.empty();

  TestDevice(Path directory) {
    home = new Home(directory);
    adapters =
        new Adapters(
            (key, listen, perf) -> new FakeNetwork(new PeerId(key.publicKey()), listen),
            (where, key, name, network) -> remembered(new FakeEngine(network.self(), name)),
            (network, found) -> discovery(),
            _ -> mapping(),
            TimeSource.system(),
            Entropy.system(),
            Map.of(),
            surroundings,
            () -> {},
            directory);
  }

  /// A router that helps at once.
  private Adapters.Mapping mapping() {
    mapping.incrementAndGet();
    return new Adapters.Mapping() {
      @Override
      public PortMapping.State state() {
        return new PortMapping.State.Mapped(
            Multiaddr.parse("/ip4/203.0.113.7/tcp/4001"), "a router of the test's");
      }

      @Override
      public void close() {
        mapping.decrementAndGet();
      }
    };
  }

  private AutoCloseable discovery() {
    discovering.incrementAndGet();
    return discovering::decrementAndGet;
  }

  private FakeEngine remembered(FakeEngine fresh) {
    engine = Optional.of(fresh);
    return fresh;
  }

  /// Runs `init` and a daemon.
  static TestDevice running(Path directory) throws Failure {
    var device = new TestDevice(directory);
    device.run("init", "--name", "studio");
    device.start();
    return device;
  }

  void start() throws Failure {
    start(true);
  }

  void start(boolean discover) throws Failure {
    var options = new Daemon.Options(List.of(), 0, discover, false);
    daemon = Optional.of(Daemon.start(home, options, adapters));
  }

  Daemon daemon() {
    return daemon.orElseThrow();
  }

  FakeEngine engine() {
    return engine.orElseThrow();
  }

  /// What a command printed and how it ended.
  record Result(int exitCode, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }

    JsonObject json() throws Exception {
      return Json.parseObject(out.getBytes(StandardCharsets.UTF_8));
    }

    List<JsonObject> jsonList() throws Exception {
      return Json.parseObjects(out.getBytes(StandardCharsets.UTF_8));
    }
  }

  /// A command line of this device's.
  Root root() {
    return new Root(adapters, new Terminal(System.out, System.err, false, false));
  }

  Result run(String... command) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    String[] words =
        Stream.concat(Stream.of("--home", home.path().toString()), Stream.of(command))
            .toArray(String[]::new);
    int exitCode = new Cli(adapters, terminal).run(words);
    return new Result(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    if (daemon.isEmpty()) return;
    daemon.get().close();
    daemon.get().releaseHome();
    daemon = Optional.empty();
  }
}
