package lockstep.app;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lockstep.base.PrivateKey;
import lockstep.p2p.PeerNetwork;
import lockstep.sync.SyncEngine;

/// One running device: holds the home's lock, the network, the engine and the control API, from
/// start to close.
final class Daemon implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Daemon.class.getName());
  private static final int TOKEN_BYTES = 32;
  private static final Pattern FREE_PORT = Pattern.compile("^/(ip[46])/([^/]+)/tcp/0$");
  private static final Pattern ANY_PORT = Pattern.compile("/tcp/[0-9]+$");

  private final Home home;
  private final RunningDevice device;
  private final LocalServer server;
  private final SyncEngine.Subscription events;
  private final AutoCloseable discovery;
  private final CountDownLatch stopRequested;

  private final HomeLock lock;

  /// @param listen addresses for this run instead of those in the settings; none: those
  /// @param apiPort 0 for any
  /// @param discover whether to look for peers on the local network
  record Options(List<String> listen, int apiPort, boolean discover, boolean allowPerf) {}

  private Daemon(
      Home home,
      RunningDevice device,
      LocalServer server,
      SyncEngine.Subscription events,
      AutoCloseable discovery,
      CountDownLatch stopRequested,
      HomeLock lock) {
    this.home = home;
    this.device = device;
    this.server = server;
    this.events = events;
    this.discovery = discovery;
    this.stopRequested = stopRequested;
    this.lock = lock;
  }

  /// Starts everything; on return the device serves.
  ///
  /// @throws Failure if there is no identity, another daemon runs, or something cannot be opened
  static Daemon start(Home home, Options options, Adapters adapters) throws Failure {
    HomeLock lock = lock(home);
    var opened = new ArrayList<AutoCloseable>(List.of(lock));
    try {
      Identity identity = Identity.read(home).orElseThrow(() -> noIdentity(home));
      PrivateKey key = identity.privateKey(adapters.keyStores(home));
      Settings settings = Settings.read(home);
      PeerNetwork network = network(key, settings, options, adapters);
      opened.add(network);
      String name = settings.name().orElse(identity.peer().brief());
      SyncEngine engine = adapters.engines().open(home, key, name, network);
      opened.add(engine);
      RouterControl router =
          RouterControl.start(settings.portMapping(), network, adapters.mappings());
      opened.add(router);
      return serve(home, options, adapters, engine, network, router, lock);
    } catch (IOException | Failure | RuntimeException failed) {
      closeAll(opened);
      throw failed instanceof Failure told ? told : Failure.of("cannot start the daemon", failed);
    }
  }

  private static HomeLock lock(Home home) throws Failure {
    try {
      return HomeLock.tryAcquire(home.daemonLock()).orElseThrow(() -> alreadyRunning(home));
    } catch (IOException e) {
      throw Files.isDirectory(home.path())
          ? Failure.of("cannot use the home '" + home.path() + "'", e)
          : noIdentity(home);
    }
  }

  private static Failure alreadyRunning(Home home) {
    return Failure.because(
        "a daemon already runs for the home '" + home.path() + "'",
        "two daemons on one home would overwrite each other's state",
        "lockstep status, or give this one a home of its own with --home");
  }

  static Failure noIdentity(Home home) {
    return Failure.because(
        "this device has no identity yet",
        "there is none in the home '" + home.path() + "'",
        "lockstep init");
  }

  private static Daemon serve(
      Home home,
      Options options,
      Adapters adapters,
      SyncEngine engine,
      PeerNetwork network,
      RouterControl router,
      HomeLock lock)
      throws IOException {
    var stopRequested = new CountDownLatch(1);
    var device =
        new RunningDevice(
            engine,
            network,
            BandwidthControl.start(home, engine, adapters.time()),
            new SettingsControl(home, engine, router),
            router,
            adapters.time(),
            stopRequested::countDown);
    String token = HexFormat.of().formatHex(adapters.entropy().bytes(TOKEN_BYTES));
    var api =
        new ControlApi(
            device, new Guard(token), new HealthApi(home, adapters.surroundings(), device));
    LocalServer server = openServer(options.apiPort(), api);
    SyncEngine.Subscription events = engine.events(device.events()::add);
    AutoCloseable discovery = discovery(options, adapters, network, engine);
    var daemon = new Daemon(home, device, server, events, discovery, stopRequested, lock);
    device.servesAt(daemon.apiUrl());
    String file = Json.write(Views.object("url", daemon.apiUrl(), "token", token));
    Home.writePrivately(home.api(), file.getBytes(StandardCharsets.UTF_8));
    LOG.log(Level.INFO, "serving as {0} at {1}", engine.self(), network.addresses());
    return daemon;
  }

  private static AutoCloseable discovery(
      Options options, Adapters adapters, PeerNetwork network, SyncEngine engine) {
    return options.discover() ? adapters.discoveries().start(network, engine) : () -> {};
  }

  private static LocalServer openServer(int port, ControlApi api) throws IOException {
    try {
      return LocalServer.open(port, api);
    } catch (IOException taken) {
      throw new IOException(
          "the control API cannot listen on port " + port + ": " + Failure.reason(taken), taken);
    }
  }

  /// The port that was free at the first start is the one that others know; should it be taken now,
  /// another serves for this run.
  private static PeerNetwork network(
      PrivateKey key, Settings settings, Options options, Adapters adapters) throws IOException {
    boolean perf = options.allowPerf();
    if (!options.listen().isEmpty()) {
      return adapters.networks().open(key, options.listen(), perf);
    }
    List<String> listen = settings.listen();
    try {
      PeerNetwork network = adapters.networks().open(key, listen, perf);
      remember(listen, network, settings);
      return network;
    } catch (IOException taken) {
      LOG.log(Level.WARNING, "cannot listen on " + listen + ", taking any free port", taken);
      List<String> anyPort =
          listen.stream().map(a -> ANY_PORT.matcher(a).replaceFirst("/tcp/0")).toList();
      return adapters.networks().open(key, anyPort, perf);
    }
  }

  private static void remember(List<String> listen, PeerNetwork network, Settings settings)
      throws IOException {
    List<String> serving = Views.texts(network.addresses());
    List<String> chosen = listen.stream().map(address -> withChosenPort(address, serving)).toList();
    if (chosen.equals(listen)) return;
    settings.listen(chosen);
    settings.save();
  }

  /// `/ip4/0.0.0.0/tcp/0` with the port that came of it.
  private static String withChosenPort(String address, List<String> serving) {
    Matcher free = FREE_PORT.matcher(address);
    if (!free.matches()) return address;
    Pattern port = Pattern.compile("^/" + free.group(1) + "/[^/]+/tcp/([0-9]+)(/.*)?$");
    return serving.stream()
        .map(port::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .map(found -> "/" + free.group(1) + "/" + free.group(2) + "/tcp/" + found.group(1))
        .orElse(address);
  }

  String apiUrl() {
    return "http://127.0.0.1:" + server.port();
  }

  /// Whether any folder has a member beside this device.
  boolean sharesWithOthers() {
    return device.engine().folders().stream().anyMatch(folder -> folder.members().size() > 1);
  }

  /// The one line that says to scripts that the daemon serves.
  String readyLine() {
    return "ready peer=" + device.engine().self() + " api=" + apiUrl();
  }

  void requestStop() {
    stopRequested.countDown();
  }

  /// Returns once somebody asked the daemon to stop.
  void awaitStop() throws InterruptedException {
    stopRequested.await();
  }

  /// Whether somebody asked for that within `time`.
  boolean awaitStop(Duration time) throws InterruptedException {
    return stopRequested.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Stops serving, then syncing, then talking. The home stays locked until the process ends, so
  /// that whoever waits for the lock sees the process gone.
  @Override
  public void close() {
    LOG.log(Level.INFO, "stopping");
    List<AutoCloseable> parts = new ArrayList<>();
    parts.add(device.network());
    parts.add(device.engine());
    parts.add(device.router());
    parts.add(device.bandwidth());
    parts.add(discovery);
    parts.add(events::close);
    parts.add(server);
    parts.add(() -> Files.deleteIfExists(home.api()));
    closeAll(parts);
  }

  /// Frees the home for another daemon of this same process.
  void releaseHome() throws IOException {
    lock.close();
  }

  /// Closes in reverse, each whatever became of the others.
  private static void closeAll(List<AutoCloseable> parts) {
    for (AutoCloseable part : parts.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.log(Level.ERROR, "could not close " + part, e);
      }
    }
  }
}
