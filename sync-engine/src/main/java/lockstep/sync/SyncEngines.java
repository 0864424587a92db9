package lockstep.sync;

import java.io.IOException;

/// Opens engines.
public final class SyncEngines {
  private SyncEngines() {}

  /// Opens the engine of a home and starts all its folders. The network is the caller's to close,
  /// after the engine.
  ///
  /// @throws IOException if the state in the home cannot be read; nothing is changed then
  public static SyncEngine open(EngineOptions options) throws IOException {
    return Device.open(options);
  }
}
