package lockstep.app;

import java.util.logging.LogManager;

/// Keeps the log open while the JVM shuts down. The platform's own manager closes it as soon as a
/// signal arrives, side by side with our orderly end: what goes wrong there would never be read.
public final class LastingLogManager extends LogManager {
  /// For the platform, which makes the one instance by name.
  public LastingLogManager() {}

  /// Does nothing: only the process's end closes the log.
  @Override
  public void reset() {}
}
