package lockstep.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import lockstep.base.Entropy;

/// The run that the AOT cache is made from at build time: two devices share a folder, move what
/// people move, and answer every command that people wait for. What runs here is loaded, linked and
/// profiled in advance; what does not is slow for the first seconds of every daemon.
final class Training {
  private static final int BIG_FILE_BYTES = 40 << 20;
  private static final int BLOCK_BYTES = 1 << 16;
  private static final int SMALL_FILES = 800;

  private final Path studio;
  private final Path laptop;
  private final Path folder;
  private final Path copy;

  private Training(Path directory) {
    studio = directory.resolve("studio");
    laptop = directory.resolve("laptop");
    folder = directory.resolve("folder");
    copy = directory.resolve("copy");
  }

  /// Ends with exit code 0 if all went well.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("lockstep-training");
    try {
      new Training(directory).run();
    } finally {
      delete(directory);
    }
    System.exit(0);
  }

  private void run() throws IOException, InterruptedException {
    fill();
    run(studio, "init", "--name", "studio");
    run(laptop, "init", "--name", "laptop");
    List<Thread> daemons = List.of(daemon(studio), daemon(laptop));
    run(studio, "folder add " + folder + " --name work");
    run(laptop, "join " + invitation() + " " + copy);
    waitForSync();
    change();
    waitForSync();
    for (String command :
        List.of(
            "status",
            "status --json",
            "folder list",
            "peers --json",
            "events",
            "members work",
            "why " + folder.resolve("notes.txt"),
            "ledger show work")) {
      run(studio, command);
    }
    stop(daemons);
    Files.writeString(folder.resolve("notes.txt"), "changed while nobody looked");
    restart();
  }

  /// From a copy of the home: the process holds the lock of the first to its end.
  private void restart() throws IOException, InterruptedException {
    Path again = studio.resolveSibling("again");
    copy(studio, again);
    Thread daemon = daemon(again);
    run(again, "status");
    run(again, "stop");
    daemon.join();
  }

  /// Half of the big file's blocks can be compressed.
  private void fill() throws IOException {
    Entropy random = Entropy.system();
    Path big = Files.createDirectories(folder).resolve("big.bin");
    try (OutputStream out = Files.newOutputStream(big)) {
      for (int written = 0; written < BIG_FILE_BYTES; written += BLOCK_BYTES) {
        byte[] block = random.bytes(BLOCK_BYTES);
        if (written / BLOCK_BYTES % 2 == 0) Arrays.fill(block, 0, BLOCK_BYTES / 2, (byte) 'x');
        out.write(block);
      }
    }
    for (int i = 0; i < SMALL_FILES; i++) {
      Path directory = Files.createDirectories(folder.resolve("small/" + i % 20));
      Files.write(directory.resolve("file " + i), random.bytes(i * 10));
    }
    Files.createSymbolicLink(folder.resolve("link"), Path.of("notes.txt"));
    Files.writeString(folder.resolve("notes.txt"), "notes");
  }

  private void change() throws IOException {
    for (int i = 0; i < SMALL_FILES; i += 20) {
      Files.writeString(copy.resolve("small/0/file " + i), "edited " + i);
      Files.delete(copy.resolve("small/1/file " + (i + 1)));
    }
    Files.move(folder.resolve("small/2"), folder.resolve("moved"));
    try (var big = FileChannel.open(folder.resolve("big.bin"), StandardOpenOption.WRITE)) {
      big.write(ByteBuffer.wrap(new byte[1]), BIG_FILE_BYTES / 2);
    }
  }

  private static Thread daemon(Path home) throws InterruptedException {
    Thread daemon =
        Thread.ofPlatform()
            .start(() -> run(home, "daemon --listen /ip4/127.0.0.1/tcp/0 --no-mdns"));
    while (daemon.isAlive() && !Files.exists(new Home(home).api())) {
      daemon.join(10);
    }
    return daemon;
  }

  private String invitation() {
    var out = new ByteArrayOutputStream();
    PrintStream terminal = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    run(studio, "invite work");
    System.setOut(terminal);
    return out.toString(StandardCharsets.UTF_8).lines().reduce("", (first, last) -> last).strip();
  }

  private void waitForSync() {
    run(studio, "status --wait-synced 60");
    run(laptop, "status --wait-synced 60");
  }

  private void stop(List<Thread> daemons) throws InterruptedException {
    run(studio, "stop");
    run(laptop, "stop");
    for (Thread daemon : daemons) {
      daemon.join();
    }
  }

  private static void run(Path home, String command) {
    run(home, command.split(" "));
  }

  private static void run(Path home, String... command) {
    var words = Stream.concat(Stream.of("--home", home.toString()), Stream.of(command));
    if (Main.run(words.toArray(String[]::new)) != 0) {
      System.err.println("training failed: " + String.join(" ", command));
      Runtime.getRuntime().halt(1);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
