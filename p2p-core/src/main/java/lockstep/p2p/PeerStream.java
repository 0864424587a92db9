package lockstep.p2p;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import lockstep.base.PeerId;

/// One ordered, flow-controlled byte stream to a peer, with half-close. Reading and writing may go
/// on in two threads at once.
public interface PeerStream extends AutoCloseable {
  PeerId peer();

  String protocol();

  /// Whether the way to the peer stays within the local network. Loopback does not count as that.
  boolean isLocal();

  /// Whether a better connection to the peer has come since this stream was opened. The one that it
  /// runs on ends before long, so who can begins anew on a further stream.
  default boolean isSuperseded() {
    return false;
  }

  /// Ends (-1) when the peer closed its side; throws when the stream was reset.
  InputStream input();

  /// Blocks while the peer grants no window. Written bytes leave at the latest on `flush`.
  OutputStream output();

  /// Says that nothing more will be written; all that was written still arrives.
  void closeWrite() throws IOException;

  /// Aborts both directions at once; the peer sees an error.
  void reset();

  /// Closes both directions: what was written still arrives, what comes is dropped. Idempotent.
  @Override
  void close() throws IOException;
}
