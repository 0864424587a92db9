package lockstep.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Makes a home ready for its first daemon.
final class Setup {
  private Setup() {}

  static boolean exists(Home home) {
    return Files.exists(home.identity());
  }

  /// The identity of the home, made now if there is none. The user is told, this once, where the
  /// private key rests if that is not the keyring.
  static Identity identity(Root root, Optional<String> name) throws Failure {
    Home home = root.home();
    try {
      home.create();
      Optional<Identity> existing = Identity.read(home);
      Settings settings = Settings.read(home);
      if (name.isPresent() || settings.name().isEmpty()) {
        settings.name(name.orElseGet(() -> hostName(root.adapters())));
        settings.save();
      }
      return existing.isPresent() ? existing.get() : create(home, root);
    } catch (IOException e) {
      throw Failure.of("cannot set up the home '" + home.path() + "'", e);
    }
  }

  private static Identity create(Home home, Root root) throws IOException {
    Adapters adapters = root.adapters();
    Identity identity = Identity.create(home, adapters.keyStores(home), adapters.entropy());
    if (Files.exists(home.keyFile())) {
      root.terminal()
          .note(
              "note: there is no keyring here; the private key of this device is kept in '"
                  + Terminal.safe(home.keyFile().toString())
                  + "', which you alone can read");
    }
    return identity;
  }

  static String hostName(Adapters adapters) {
    String windows = adapters.environment().getOrDefault("COMPUTERNAME", "");
    if (!windows.isBlank()) return windows;
    try {
      // asking the resolver instead can take seconds on a machine without a network
      String linux = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      return linux.isEmpty() ? "device" : linux;
    } catch (IOException notLinux) {
      return adapters.environment().getOrDefault("HOSTNAME", "device");
    }
  }
}
