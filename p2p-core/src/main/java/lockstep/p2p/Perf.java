package lockstep.p2p;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import lockstep.base.PeerViolationException;

/// `/perf/1.0.0`: takes any upload, then sends as many bytes as were asked for.
final class Perf {
  static final String PROTOCOL = "/perf/1.0.0";

  private static final int BUFFER = 128 << 10;

  private Perf() {}

  static void serve(HostStream stream) throws IOException {
    byte[] buffer = new byte[BUFFER];
    new DataInputStream(stream.input()).readFully(buffer, 0, Long.BYTES);
    long wanted = ByteBuffer.wrap(buffer).getLong();
    if (wanted < 0) throw new PeerViolationException("it asks for more bytes than there are");
    while (stream.input().read(buffer) >= 0) {
      // Measured by the peer.
    }
    for (long left = wanted; left > 0; left -= BUFFER) {
      stream.output().write(buffer, 0, (int) Math.min(left, BUFFER));
    }
  }
}
