package lockstep.app.ui.tray;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A session bus of the test's own.
final class SessionBus implements AutoCloseable {
  private final Process daemon;
  private final String address;

  SessionBus() {
    try {
      daemon = start(program(), "--session", "--nofork", "--print-address");
      BufferedReader out = daemon.inputReader(StandardCharsets.UTF_8);
      address = String.valueOf(out.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String program() throws IOException {
    String need = Path.of(System.getProperty("lockstep.root"), "build", "need").toString();
    Process asked = start(need, "dbus-daemon", "dbus");
    try (BufferedReader out = asked.inputReader(StandardCharsets.UTF_8)) {
      return String.valueOf(out.readLine());
    }
  }

  private static Process start(String... command) throws IOException {
    return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
  }

  String address() {
    return address;
  }

  @Override
  public void close() {
    daemon.destroyForcibly().onExit().join();
  }
}
