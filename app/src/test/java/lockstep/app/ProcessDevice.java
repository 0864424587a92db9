package lockstep.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A device as its user has it: a home, a folder to share, a daemon in a process of its own, and
/// the command line.
final class ProcessDevice implements AutoCloseable {
  /// For what takes its time on a busy machine.
  private static final int PATIENCE_SECONDS = 120;

  final Path home;
  final Path folder;
  private final Path directory;
  private final List<String> around;
  private Optional<Process> daemon = Optional.empty();
  private Optional<String> firstLine = Optional.empty();

  /// Makes home and identity; nothing runs yet.
  ProcessDevice(Path directory, String name) throws IOException, InterruptedException {
    this(directory, directory, name);
  }

  /// The same with home and folder on a disk of their own; what processes print lies in
  /// `directory`.
  ProcessDevice(Path directory, Path disk, String name) throws IOException, InterruptedException {
    this(directory, disk, List.of());
    init(name, "/ip4/127.0.0.1/tcp/0");
  }

  /// The same in surroundings of its own, where it listens on all addresses there are.
  ///
  /// @param around a command that runs another there: the one that follows it
  ProcessDevice(Path directory, String name, List<String> around)
      throws IOException, InterruptedException {
    this(directory, directory, around);
    init(name, "/ip4/0.0.0.0/tcp/0");
  }

  private ProcessDevice(Path directory, Path disk, List<String> around) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.home = disk.resolve("home");
    this.folder = disk.resolve("folder");
    this.around = List.copyOf(around);
  }

  private void init(String name, String listen) throws IOException, InterruptedException {
    ok("init", "--name", name);
    Settings settings = Settings.read(new Home(home));
    settings.listen(List.of(listen)); // the port that comes of it is kept
    settings.save();
  }

  /// Shares the folder under a name with another device; both daemons run.
  void shareWith(ProcessDevice other, String name) throws IOException, Failure {
    Files.createDirectories(folder);
    api().post(ApiClient.path("folders"), Views.object("path", folder, "name", name));
    String invitations = ApiClient.path("folders", name, "invitations");
    String code = api().post(invitations, Views.object()).object().string("code");
    other.api().post(ApiClient.path("join"), Views.object("code", code, "path", other.folder));
  }

  /// A client of the running daemon, without a process of its own.
  private ApiClient api() throws Failure {
    return ApiClient.of(new Home(home));
  }

  /// How a command ended and what it printed.
  record Result(int exitCode, String out, String err) {}

  /// Runs one command to its end.
  Result run(String... command) throws IOException, InterruptedException {
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    Process process =
        builder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    return new Result(process.waitFor(), Files.readString(out), Files.readString(err));
  }

  /// Runs a command that has to succeed, and returns its answer.
  String ok(String... command) throws IOException, InterruptedException {
    Result result = run(command);
    if (result.exitCode() != 0) {
      throw new AssertionError(String.join(" ", command) + " failed:\n" + result.err());
    }
    return result.out().strip();
  }

  /// Starts the daemon; returns its first line, the only one it prints.
  String start() throws IOException, InterruptedException {
    launch();
    return awaitReady();
  }

  /// Starts the daemon and does not wait for it.
  void launch() throws IOException {
    firstLine = Optional.empty();
    daemon =
        Optional.of(
            builder("daemon", "--no-mdns")
                .redirectError(directory.resolve("daemon.err").toFile())
                .start());
  }

  /// Runs `up` as if at a display, with another program in the place of the launcher that it opens
  /// windows with. What it prints goes to the file `up`.
  Process up(Path windows, String... options) throws IOException {
    var words = new ArrayList<>(List.of("up", folder.toString(), "--no-mdns"));
    words.addAll(List.of(options));
    ProcessBuilder builder = builder(words.toArray(String[]::new));
    builder.command().add(1, "-Dlockstep.launcher=" + windows);
    builder.environment().put("DISPLAY", ":no such display");
    Path out = directory.resolve("up");
    Process up = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    daemon = Optional.of(up);
    return up;
  }

  /// The first line of a launched daemon.
  String awaitReady() throws IOException, InterruptedException {
    if (firstLine.isEmpty()) {
      BufferedReader out = daemon().inputReader(StandardCharsets.UTF_8);
      var reading = new FutureTask<>(() -> Optional.ofNullable(out.readLine()));
      Thread.ofVirtual().start(reading);
      try {
        firstLine = reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new AssertionError("the daemon of " + home + " does not get ready", e);
      }
    }
    return firstLine.orElseThrow(() -> new AssertionError(complaint()));
  }

  Process daemon() {
    return daemon.orElseThrow();
  }

  /// Ends the daemon by SIGKILL, in whatever it is just doing. It must not have ended by itself.
  void kill() throws IOException {
    if (!daemon().isAlive()) {
      throw new AssertionError("a daemon ended by itself: " + complaint());
    }
    close();
  }

  private String complaint() {
    try {
      return Files.readString(directory.resolve("daemon.err"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits, by the running daemon's control API, until it and all members have everything.
  void awaitSynced() throws Failure {
    var request = Views.object("folder", "", "seconds", PATIENCE_SECONDS);
    if (!api().post(ApiClient.path("wait-synced"), request).object().flag("synced")) {
      throw new AssertionError(home + " is not in sync: " + status());
    }
  }

  /// Moves a folder; returns when it is there.
  JsonObject move(String folder, Path to) throws Failure {
    return api().post(ApiClient.path("folders", folder, "move"), Views.object("path", to)).object();
  }

  /// The place of the only folder.
  Path place() throws Failure {
    return Path.of(api().get(ApiClient.path("folders")).objects().getFirst().string("path"));
  }

  /// All that the control API tells of the device.
  String status() throws Failure {
    return api().get(ApiClient.path("status")).text();
  }

  /// What `why` has to say of a path in the folder.
  String why(String path) throws Failure {
    String file = folder.resolve(path).toString();
    return api().get(ApiClient.path("why") + ApiClient.query("path", file)).text();
  }

  /// The locks, as the control API tells them.
  List<JsonObject> locks() throws Failure {
    return api().get(ApiClient.path("locks")).objects();
  }

  /// What `verify` has to say, as the control API tells it.
  JsonObject verify() throws Failure {
    return api().post(ApiClient.path("verify"), Views.object("folder", "")).object();
  }

  private ProcessBuilder builder(String... command) {
    var words = new ArrayList<String>(around);
    words.add(ProcessHandle.current().info().command().orElse("java"));
    words.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "lockstep.app.Main",
            "--home",
            home.toString()));
    words.addAll(List.of(command));
    var builder = new ProcessBuilder(words);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().remove("DBUS_SESSION_BUS_ADDRESS");
    return builder;
  }

  /// Ends the daemon, if one runs, by SIGKILL.
  @Override
  public void close() {
    daemon.ifPresent(process -> process.destroyForcibly().onExit().join());
  }
}
