package lockstep.app;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import lockstep.base.PeerId;
import org.jspecify.annotations.Nullable;

/// The operating system's keyring: Secret Service, macOS Keychain, Windows Credential Manager.
///
/// The library behind it wants an older dbus-java than the tray does, so it lives in a class loader
/// of its own, over the jars in `lib/keyring`, and is spoken to by reflection.
///
/// A connection lasts for one call: a daemon asks once, and must not keep the bus and its threads.
final class Keyring implements KeyStore {
  private static final System.Logger LOG = System.getLogger(Keyring.class.getName());
  private static final String SERVICE = "Lockstep device key";

  private final List<URL> jars;

  private Keyring(List<URL> jars) {
    this.jars = jars;
  }

  /// This user's keyring, if there may be one and the library to speak to it is there. Whether it
  /// answers shows with the first call.
  static Optional<KeyStore> open(Path libraries, Map<String, String> environment) {
    if (!mayExist(environment)) return Optional.empty();
    try {
      List<URL> jars = jars(libraries.resolve("keyring"));
      return jars.isEmpty() ? Optional.empty() : Optional.of(new Keyring(jars));
    } catch (IOException unreadable) {
      LOG.log(Level.WARNING, "cannot read the keyring's library", unreadable);
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
    var jars = new ArrayList<URL>();
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
      return Optional.ofNullable((String) call("getPassword", SERVICE, peer.toString()))
          .map(Base64.getDecoder()::decode);
    } catch (IllegalArgumentException damaged) {
      throw new IOException("what the keyring keeps for this device is no key", damaged);
    }
  }

  @Override
  public void store(PeerId peer, byte[] seed) throws IOException {
    call("setPassword", SERVICE, peer.toString(), Base64.getEncoder().encodeToString(seed));
  }

  private @Nullable Object call(String method, String... arguments) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // never closed: where no keyring answers, the library leaves a connection behind, whose thread
    // still loads classes when the bus ends
    var loader = new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    try {
      // the library looks for its transport by this loader
      thread.setContextClassLoader(loader);
      Class<?> type = loader.loadClass("com.github.javakeyring.Keyring");
      var parameters = new Class<?>[arguments.length];
      Arrays.fill(parameters, String.class);
      try (var keyring = (AutoCloseable) type.getMethod("create").invoke(null)) {
        return type.getMethod(method, parameters).invoke(keyring, (Object[]) arguments);
      }
    } catch (InvocationTargetException refused) {
      Throwable reason = Objects.requireNonNullElse(refused.getCause(), refused);
      throw new IOException("the keyring refused: " + Failure.reason(reason), refused);
    } catch (Exception | LinkageError unusable) {
      throw new IOException("the keyring cannot be spoken to", unusable);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
