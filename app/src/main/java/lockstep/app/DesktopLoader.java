package lockstep.app;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Loads the desktop from `lib/desktop` and our own classes of it from beside that. The class path
/// stays as it is for every command, which the AOT cache was made for.
final class DesktopLoader extends URLClassLoader {
  /// Loaded here and not by the parent, which does not know what they stand on.
  private static final String OURS = "lockstep.app.ui.";

  static {
    registerAsParallelCapable();
  }

  private DesktopLoader(List<URL> jars) {
    super("desktop", jars.toArray(URL[]::new), DesktopLoader.class.getClassLoader());
  }

  /// @param libraries where the program's jars lie; without a desktop among them, whatever is on
  ///   the class path is used
  static ClassLoader of(Path libraries) throws Failure {
    Path desktop = libraries.resolve("desktop");
    if (!Files.isDirectory(desktop)) return DesktopLoader.class.getClassLoader();
    try (Stream<Path> files = Files.list(desktop)) {
      var jars = new ArrayList<URL>();
      jars.add(DesktopLoader.class.getProtectionDomain().getCodeSource().getLocation());
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        jars.add(jar.toUri().toURL());
      }
      return new DesktopLoader(jars);
    } catch (IOException e) {
      throw Failure.of("cannot read the desktop's libraries", e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) return super.loadClass(name, resolve);
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }
}
