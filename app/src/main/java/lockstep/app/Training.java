package lockstep.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The run that the AOT cache is made from at build time: two devices live for a moment, share a
/// folder and answer every command that people wait for.
final class Training {
  private Training() {}

  /// Ends with exit code 0 if all went well.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("lockstep-training");
    try {
      System.exit(train(directory) ? 0 : 1);
    } finally {
      delete(directory);
    }
  }

  private static boolean train(Path directory) throws IOException, InterruptedException {
    String home = directory.resolve("home").toString();
    Path folder = Files.createDirectories(directory.resolve("folder"));
    Files.writeString(folder.resolve("notes.txt"), "notes");
    boolean well = run(home, "init", "--name", "training");
    Thread daemon =
        Thread.ofPlatform().start(() -> run(home, "daemon", "--listen", "/ip4/127.0.0.1/tcp/0"));
    while (daemon.isAlive() && !Files.exists(new Home(Path.of(home)).api())) {
      daemon.join(10);
    }
    well &= run(home, "folder", "add", folder.toString(), "--name", "training");
    for (String command :
        List.of(
            "status",
            "status --json",
            "folder list",
            "peers --json",
            "events",
            "members training",
            "invite training",
            "ledger show training",
            "status --wait-synced 5")) {
      well &= run(home, command.split(" "));
    }
    well &= run(home, "stop");
    daemon.join();
    return well;
  }

  private static boolean run(String home, String... command) {
    var words = Stream.concat(Stream.of("--home", home), Stream.of(command));
    return Main.run(words.toArray(String[]::new)) == 0;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
