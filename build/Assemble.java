import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Puts the program together below `app/target/lockstep`: its jars in `lib`, and an AOT cache from a
/// short training run of the real thing. Run by `mvn package` on the toolchain's JDK, with the
/// folder of the copied libraries and the application's jar as arguments.
///
/// The folder is exchanged as a whole, never written over: a running daemon keeps its open jars.
class Assemble {
  private static final int TRAINING_SECONDS_MAX = 120;

  public static void main(String[] args) throws IOException, InterruptedException {
    Path libraries = Path.of(args[0]);
    Path application = Path.of(args[1]);
    Path runtime = application.resolveSibling("lockstep");
    Path fresh = application.resolveSibling("lockstep.new");
    delete(fresh);
    copy(libraries, fresh.resolve("lib"));
    Files.copy(application, fresh.resolve("lib").resolve("lockstep.jar"));
    delete(runtime);
    Files.move(fresh, runtime);
    train(runtime);
    Files.writeString(runtime.resolve("built"), "");
  }

  /// Makes the cache; without one the program still runs, only slower to start.
  private static void train(Path runtime) throws IOException, InterruptedException {
    Path log = runtime.resolve("training.log");
    Path cache = runtime.resolve("lockstep.aot");
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:AOTCacheOutput=" + cache,
            "--sun-misc-unsafe-memory-access=allow",
            "-Dlockstep.training=true",
            "-cp",
            runtime.resolve("lib").resolve("lockstep.jar").toString(),
            "lockstep.app.Training"));
    var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process training = builder.start();
    boolean ended = training.waitFor(TRAINING_SECONDS_MAX, TimeUnit.SECONDS);
    if (!ended) training.destroyForcibly().waitFor();
    if (!ended || training.exitValue() != 0 || !Files.exists(cache)) {
      System.err.println("warning: no AOT cache was made, starts will be slow; see " + log);
      Files.deleteIfExists(cache);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) return;
    try (var files = Files.walk(directory)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    }
  }
}
