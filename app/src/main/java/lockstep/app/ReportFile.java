package lockstep.app;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a report for others is put: a new file that its owner alone can read until they hand it
/// on.
public final class ReportFile {
  private ReportFile() {}

  /// @throws Failure also if something stands there already
  public static void write(Path file, String text) throws Failure {
    try {
      Home.createPrivately(file);
      Files.writeString(file, text);
    } catch (FileAlreadyExistsException e) {
      throw Failure.because(
          "cannot write the report to '" + file + "'",
          "something of that name is there already",
          "name a file that does not exist yet");
    } catch (IOException e) {
      throw Failure.of("cannot write the report to '" + file + "'", e);
    }
  }
}
