package lockstep.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A device as its user has it: a home, a folder to share, a daemon in a process of its own, and
/// the command line.
final class ProcessDevice implements AutoCloseable {
  final Path home;
  final Path folder;
  private final Path directory;
  private Optional<Process> daemon = Optional.empty();

  /// Makes home and identity; nothing runs yet.
  ProcessDevice(Path directory, String name) throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory);
    this.home = directory.resolve("home");
    this.folder = directory.resolve("folder");
    ok("init", "--name", name);
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
  String start(String... options) throws IOException {
    var words = new ArrayList<>(List.of("daemon", "--listen", "/ip4/127.0.0.1/tcp/0"));
    words.addAll(List.of(options));
    Process process =
        builder(words.toArray(String[]::new))
            .redirectError(directory.resolve("daemon.err").toFile())
            .start();
    daemon = Optional.of(process);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new AssertionError(Files.readString(directory.resolve("daemon.err")));
    }
    return line;
  }

  Process daemon() {
    return daemon.orElseThrow();
  }

  private ProcessBuilder builder(String... command) {
    var words = new ArrayList<String>();
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

  /// Ends the daemon as a power cut would.
  @Override
  public void close() {
    daemon.ifPresent(process -> process.destroyForcibly().onExit().join());
  }
}
