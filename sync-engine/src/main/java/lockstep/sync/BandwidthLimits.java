package lockstep.sync;

import java.util.OptionalLong;

/// How many bytes of files a device sends and receives in a second at most, to and from all peers
/// together. Ledger, locks and what keeps connections alive are little, and never held back.
///
/// @param upload bytes per second, at least [#MIN]; empty for as many as there are
/// @param download the same for what is received
/// @param local whether peers on the local network are held back, too
public record BandwidthLimits(OptionalLong upload, OptionalLong download, boolean local) {
  /// Slower than this, a transfer could not be told from a dead one.
  public static final long MIN = 16 << 10;

  public static final BandwidthLimits NONE =
      new BandwidthLimits(OptionalLong.empty(), OptionalLong.empty(), false);

  /// @throws IllegalArgumentException if a limit is below [#MIN]
  public BandwidthLimits {
    if (upload.orElse(MIN) < MIN || download.orElse(MIN) < MIN) {
      throw new IllegalArgumentException("a limit has to be at least 16 KiB per second");
    }
  }
}
