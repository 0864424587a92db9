package lockstep.p2p;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The js-libp2p packages that interoperability is tested against: `src/test/js` copied below
/// `target`, and beside it exactly what its lock file pins. Installed by the first test run; again
/// only when the lock file has changed. Without node, npm or the packages the tests fail: a check
/// that skips itself proves nothing.
final class NodePackages {
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root"), "p2p-core");
  private static final Path SOURCE = ROOT.resolve("src/test/js");
  private static final Path INSTALLED = ROOT.resolve("target/js-libp2p");
  private static final String LOCK = "package-lock.json";
  private static final int MINUTES_MAX = 5;

  private NodePackages() {}

  /// The folder that holds the scripts and their packages.
  static synchronized Path install() throws IOException, InterruptedException {
    Path stamp = INSTALLED.resolve("installed.json");
    Files.createDirectories(INSTALLED);
    try (var files = Files.list(SOURCE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(
            file, INSTALLED.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Path lock = INSTALLED.resolve(LOCK);
    if (!Files.exists(stamp) || Files.mismatch(stamp, lock) != -1) {
      Files.deleteIfExists(stamp);
      npmCi();
      Files.copy(lock, stamp);
    }
    return INSTALLED;
  }

  private static void npmCi() throws IOException, InterruptedException {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    Path log = INSTALLED.resolve("npm.log");
    Process npm =
        new ProcessBuilder(
                List.of(
                    windows ? "npm.cmd" : "npm",
                    "ci",
                    "--ignore-scripts",
                    "--no-audit",
                    "--no-fund"))
            .directory(INSTALLED.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!npm.waitFor(MINUTES_MAX, TimeUnit.MINUTES) || npm.exitValue() != 0) {
        throw new IOException("npm ci failed in " + INSTALLED + ":\n" + Files.readString(log));
      }
    } finally {
      npm.descendants().forEach(ProcessHandle::destroyForcibly);
      npm.destroyForcibly();
    }
  }
}
