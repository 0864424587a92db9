package lockstep.p2p;

import java.io.IOException;
import java.nio.channels.ByteChannel;

/// The raw bytes under a Noise connection: a TCP socket, or a stream that a relay passes on. One
/// thread may read while another writes, with heap buffers; closing ends both with an error.
interface Wire extends ByteChannel {
  /// Says that nothing more will be written; what was written still arrives.
  void shutdownOutput() throws IOException;
}
