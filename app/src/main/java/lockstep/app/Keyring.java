package lockstep.app;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import lockstep.base.PeerId;

/// The operating system's keyring: Secret Service, macOS Keychain, Windows Credential Manager.
///
/// The library behind it wants an older dbus-java than the tray does, so it lives in a class loader
/// of its own, over the jars in `lib/keyring`, and is spoken to by reflection.
final class Keyring implements KeyStore {
  private static final System.Logger LOG = System.getLogger(Keyring.class.getName());
  private static final String SERVICE = "Lockstep device key";

  private final Object keyring;

  private Keyring(Object keyring) {
    this.keyring = keyring;
  }

  /// This user's keyring, if there is one and the library to speak to it.
  static Optional<KeyStore> open(Path libraries, Map<String, String> environment) {
    if (!mayExist(environment)) return Optional.empty();
    try {
      List<URL> jars = jars(libraries.resolve("keyring"));
      if (jars.isEmpty()) return Optional.empty();
      // never closed: the keyring uses its classes for as long as the process lives
      var loader =
          new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
      Class<?> type = loader.loadClass("com.github.javakeyring.Keyring");
      return Optional.of(new Keyring(type.getMethod("create").invoke(null)));
    } catch (IOException | ReflectiveOperationException | LinkageError absent) {
      LOG.log(Level.DEBUG, "no keyring here", absent);
      return Optional.empty();
    }
  }

  /// On Linux a keyring needs the session bus; looking for it costs nothing, asking the library
  /// half a second.
  private static boolean mayExist(Map<String, String> environment) {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (!system.startsWith("linux")) return true;
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    return environment.containsKey("DBUS_SESSION_BUS_ADDRESS")
        || (!runtime.isEmpty() && Files.exists(Path.of(runtime, "bus")));
  }

  private static List<URL> jars(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) return List.of();
    var jars = new java.util.ArrayList<URL>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        jars.add(jar.toUri().toURL());
      }
    }
    return jars;
  }

  @Override
  public String name() {
    return "keyring";
  }

  @Override
  public Optional<byte[]> load(PeerId peer) throws IOException {
    try {
      Object secret =
          keyring
              .getClass()
              .getMethod("getPassword", String.class, String.class)
              .invoke(keyring, SERVICE, peer.toString());
      return Optional.ofNullable((String) secret).map(Base64.getDecoder()::decode);
    } catch (InvocationTargetException refused) {
      LOG.log(Level.WARNING, "the keyring has no key for this device, or keeps it", refused);
      return Optional.empty();
    } catch (ReflectiveOperationException e) {
      throw new IOException("cannot speak to the keyring", e);
    }
  }

  @Override
  public void store(PeerId peer, byte[] seed) throws IOException {
    try {
      keyring
          .getClass()
          .getMethod("setPassword", String.class, String.class, String.class)
          .invoke(keyring, SERVICE, peer.toString(), Base64.getEncoder().encodeToString(seed));
    } catch (ReflectiveOperationException refused) {
      throw new IOException("the keyring did not take the key", refused);
    }
  }
}
