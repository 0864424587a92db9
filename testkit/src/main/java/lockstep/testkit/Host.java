package lockstep.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;

/// Programs of the machine that tests run on: what mounts disks and makes networks.
public final class Host {
  private Host() {}

  /// Runs a command to its end.
  ///
  /// @return what it has said
  /// @throws IOException with what it has said, if it failed
  public static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (exitOf(process) != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    return said;
  }

  private static int exitOf(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /// Has a program that tests need be there.
  ///
  /// @param aptPackage is installed if it is missing
  /// @return where the program is
  public static String need(String program, String aptPackage) throws IOException {
    Path need = Path.of(System.getProperty("lockstep.root"), "build/need");
    String said = run(need.toString(), program, aptPackage);
    return said.substring(said.lastIndexOf('\n') + 1); // apt-get may have had its say
  }
}
