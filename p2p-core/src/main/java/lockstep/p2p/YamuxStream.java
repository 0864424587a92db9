package lockstep.p2p;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One stream of a [YamuxSession]: credit both ways, received bytes, and how each direction stands.
/// Owned by the session and guarded by whatever guards it.
final class YamuxStream {
  final int id;
  final boolean outbound;

  /// Bytes that came and were not read yet.
  final ByteRing inbox = new ByteRing();

  // Sending.
  long sendCredit = Yamux.INITIAL_WINDOW;
  boolean ackDue;
  boolean finSent;

  // Receiving: `credit` is what the peer may still send, `arriving` what it has announced and not
  // yet delivered, `window` what these two and the inbox may add up to.
  int credit = Yamux.INITIAL_WINDOW;
  int arriving;
  int window = Yamux.INITIAL_WINDOW;
  long updatedNanos;
  boolean finReceived;
  boolean discarding;
  int discarded;

  // Life.
  final long openedNanos;
  boolean accepted;
  boolean removed;
  long lingerNanos;
  @Nullable IOException failure;

  private Watcher watcher = Watcher.NONE;

  /// Learns, inside the session's calls, that waiting may be over.
  interface Watcher {
    Watcher NONE = new Watcher() {};

    /// Bytes, the end or a failure may be read.
    default void readable() {}

    /// Credit came, or a failure.
    default void writable() {}
  }

  YamuxStream(int id, boolean outbound, long nowNanos) {
    this.id = id;
    this.outbound = outbound;
    this.updatedNanos = nowNanos;
    this.openedNanos = nowNanos;
  }

  void watch(Watcher newWatcher) {
    watcher = newWatcher;
  }

  void readable() {
    watcher.readable();
  }

  void writable() {
    watcher.writable();
  }

  /// Fails if nothing more can be written, and says why.
  void checkWritable() throws IOException {
    if (failure != null) throw new IOException(failure.getMessage(), failure);
    if (finSent) throw new IOException("the stream is closed for writing");
  }

  /// Whether reading gives -1: all was read and the peer closed its side.
  boolean atEnd() throws IOException {
    if (inbox.size() > 0) return false;
    if (finReceived || discarding) return true;
    if (failure != null) throw new IOException(failure.getMessage(), failure);
    return false;
  }
}
