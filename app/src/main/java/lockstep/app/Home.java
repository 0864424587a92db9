package lockstep.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The directory that holds this device's state, for its owner's eyes alone.
record Home(Path path) {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWNER_ONLY_FILE =
      PosixFilePermissions.fromString("rw-------");

  /// Where the home is unless `--home` says otherwise: `LOCKSTEP_HOME`, else the platform's
  /// directory for a user's application data.
  static Path standard(Map<String, String> environment, String osName, Path userHome) {
    String set = environment.getOrDefault("LOCKSTEP_HOME", "");
    return set.isEmpty() ? dataDirectory(environment, osName, userHome) : Path.of(set);
  }

  private static Path dataDirectory(Map<String, String> environment, String osName, Path user) {
    String system = osName.toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      String roaming = environment.getOrDefault("APPDATA", "");
      return (roaming.isEmpty() ? user.resolve("AppData/Roaming") : Path.of(roaming))
          .resolve("Lockstep");
    }
    if (system.startsWith("mac")) return user.resolve("Library/Application Support/Lockstep");
    String xdg = environment.getOrDefault("XDG_DATA_HOME", "");
    // the XDG specification says that a relative path is to be ignored
    boolean usable = !xdg.isEmpty() && Path.of(xdg).isAbsolute();
    return (usable ? Path.of(xdg) : user.resolve(".local/share")).resolve("lockstep");
  }

  /// The public part of the device's identity.
  Path identity() {
    return path.resolve("identity");
  }

  /// The private key, where there is no keyring.
  Path keyFile() {
    return path.resolve("identity.key");
  }

  Path settings() {
    return path.resolve("config.toml");
  }

  /// Where and with which token the running daemon's control API is reached.
  Path api() {
    return path.resolve("api.json");
  }

  /// Locked for as long as a daemon runs.
  Path daemonLock() {
    return path.resolve("daemon.lock");
  }

  /// Where and with which token the open window is reached.
  Path window() {
    return path.resolve("window.json");
  }

  /// Locked for as long as a window is open, be it in the tray alone.
  Path windowLock() {
    return path.resolve("window.lock");
  }

  Path logs() {
    return path.resolve("logs");
  }

  /// Makes the directory if it is missing, and its owner's alone in any case.
  void create() throws IOException {
    Files.createDirectories(path, attributes(OWNER_ONLY_DIRECTORY));
    if (POSIX && !Files.getPosixFilePermissions(path).equals(OWNER_ONLY_DIRECTORY)) {
      Files.setPosixFilePermissions(path, OWNER_ONLY_DIRECTORY);
    }
    Files.createDirectories(logs());
  }

  /// Writes a file that its owner alone can read: whole or not at all, and durable on return.
  static void writePrivately(Path file, byte[] bytes) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    var options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    try (FileChannel out = FileChannel.open(fresh, options, attributes(OWNER_ONLY_FILE))) {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (POSIX) {
      try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
        directory.force(true);
      }
    }
  }

  /// Makes an empty file that its owner alone can read.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if something stands there
  static void createPrivately(Path file) throws IOException {
    Files.createFile(file, attributes(OWNER_ONLY_FILE));
  }

  private static FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
    return POSIX
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }
}
