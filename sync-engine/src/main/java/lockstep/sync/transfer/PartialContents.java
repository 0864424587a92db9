package lockstep.sync.transfer;

import java.io.IOException;
import java.util.Optional;
import lockstep.base.Content;

/// Contents that are still on their way to this device, so that several receivers of a new file can
/// feed each other. Thread-safe.
interface PartialContents {
  /// For a folder that fetches nothing.
  PartialContents NONE = content -> Optional.empty();

  Optional<Partial> find(Content content);

  /// The verified part of one content of many chunks.
  interface Partial {
    /// One bit for each block of [ChunkMap#BLOCK_CHUNKS] chunks, set if all of them are here.
    byte[] blocks();

    /// Reads chunks that lie side by side.
    ///
    /// @return false, with `buffer` in any state, unless all of them are here
    boolean read(int first, int count, byte[] buffer) throws IOException;
  }
}
