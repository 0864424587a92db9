package lockstep.sync;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import lockstep.recovery.StateFile;

/// Notes in the home that a folder is at work, and since which start of the machine. The end in
/// good order takes the note away, so one of an earlier start tells that the machine went down
/// meanwhile (or that Lockstep was killed before it did, which is as good as the same: whatever
/// follows from it asks for more evidence).
///
/// @param boot which start of the machine this is; empty where that cannot be told
record RunNote(StateFile file, Optional<String> boot) {
  private static final int BYTES_MAX = 1000;

  RunNote(Path place, Optional<String> boot) {
    this(new StateFile(place), boot);
  }

  boolean machineWentDown() throws IOException {
    Optional<String> noted = file.read(BYTES_MAX).map(bytes -> new String(bytes, UTF_8));
    return boot.isPresent() && noted.isPresent() && !noted.equals(boot);
  }

  /// The folder is at work, and nothing is left to be done about an earlier run.
  void begin() throws IOException {
    if (boot.isPresent()) {
      file.write(boot.get().getBytes(UTF_8));
    }
  }

  /// It ends in good order. What is left of an earlier run is for the next one.
  void end() throws IOException {
    if (!machineWentDown()) {
      file.delete();
    }
  }
}
