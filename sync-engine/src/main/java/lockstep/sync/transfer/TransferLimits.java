package lockstep.sync.transfer;

import java.time.Duration;

/// Every bound of `/lockstep/chunks/1.0.0` that a device may choose for itself; what both sides
/// must agree on stands in [ChunkRequest].
///
/// @param streamsPerProvider streams that share the work of asking one peer
/// @param streamsServedPerPeer streams that one peer may have open here, for all folders; each may
///   make the server hold [ChunkRequest#RANGE_BYTES_MAX]
/// @param requestBytesMax plain bytes asked for in one request, about
/// @param windowBytesMin asked for and outstanding at one provider, however slow it is
/// @param windowBytesMax the same, however long and fast the way to it is
/// @param smallReadyMax files of one chunk among which the next request may choose
/// @param assembliesMax files of many chunks in work at once; each holds a manifest and a handle
/// @param assembliesBytes no further one is begun while those in work sum up to more
/// @param stallMin silence after which a provider with work to do is taken for dead, at least
/// @param starvedMax how long a content that no connected member has is asked for again
/// @param absentRetryMin first pause before a provider that lacked a content is asked again
/// @param absentRetryMax longest such pause
/// @param idleStream an unused stream is closed after this
public record TransferLimits(
    int streamsPerProvider,
    int streamsServedPerPeer,
    int requestBytesMax,
    long windowBytesMin,
    long windowBytesMax,
    int smallReadyMax,
    int assembliesMax,
    long assembliesBytes,
    Duration stallMin,
    Duration starvedMax,
    Duration absentRetryMin,
    Duration absentRetryMax,
    Duration idleStream) {

  /// What a device uses unless a test says otherwise.
  public static final TransferLimits DEFAULT =
      new TransferLimits(
          2,
          32,
          1 << 20,
          1 << 20,
          32 << 20,
          4096,
          64,
          256 << 20,
          Duration.ofSeconds(8),
          Duration.ofSeconds(15),
          Duration.ofMillis(200),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10));

  public TransferLimits {
    if (streamsPerProvider < 1 || streamsPerProvider > streamsServedPerPeer) {
      throw new IllegalArgumentException("a peer must serve all streams that a fetcher opens");
    }
    if (requestBytesMax > ChunkRequest.RANGE_BYTES_MAX || windowBytesMin < 1) {
      throw new IllegalArgumentException("a request asks for more than a server would answer");
    }
  }
}
