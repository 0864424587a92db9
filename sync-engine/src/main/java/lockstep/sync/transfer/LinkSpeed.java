package lockstep.sync.transfer;

/// Whether a stream takes bytes slower than a compressor makes them. Taken for slow until shown
/// otherwise: compressing the first MiB in vain costs less than sending it in vain. Not
/// thread-safe.
final class LinkSpeed {
  /// LZ4 saves time below about half of its own 0.6 GB/s on text, since it saves about half.
  private static final double FAST_BYTES_PER_SECOND = 250e6;

  private static final long SEEN_MIN = 1 << 20;

  /// What was seen earlier counts half from here on.
  private static final long SEEN_MAX = 16 << 20;

  private long bytes;
  private long nanos;

  void sent(long bytes, long nanos) {
    this.bytes += bytes;
    this.nanos += nanos;
    if (this.bytes > SEEN_MAX) {
      this.bytes /= 2;
      this.nanos /= 2;
    }
  }

  boolean isSlow() {
    return bytes < SEEN_MIN || bytes * 1e9 < FAST_BYTES_PER_SECOND * nanos;
  }
}
