package lockstep.p2p;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import lockstep.base.Entropy;
import lockstep.base.PeerViolationException;
import lockstep.base.TimeSource;

/// `/ipfs/ping/1.0.0`: 32 bytes there and back.
final class Ping {
  private static final String PROTOCOL = "/ipfs/ping/1.0.0";
  private static final int LENGTH = 32;

  private final Protocols protocols;
  private final TimeSource time;
  private final Entropy entropy;

  Ping(Protocols protocols, TimeSource time, Entropy entropy) {
    this.protocols = protocols;
    this.time = time;
    this.entropy = entropy;
    protocols.put(PROTOCOL, Ping::echo);
  }

  Duration ping(HostConnection connection, Duration timeout) throws IOException {
    byte[] question = entropy.bytes(LENGTH);
    var stream = protocols.open(connection, PROTOCOL);
    try (stream;
        var _ = Deadline.after(timeout, stream::reset)) {
      long start = time.monotonicNanos();
      stream.output().write(question);
      stream.output().flush();
      byte[] answer = stream.input().readNBytes(LENGTH);
      if (!Arrays.equals(answer, question)) throw new PeerViolationException("a wrong pong");
      return Duration.ofNanos(time.monotonicNanos() - start);
    }
  }

  /// Echoes until the end, also what comes in pieces and what is left after a half-close.
  private static void echo(HostStream stream) throws IOException {
    byte[] bytes = new byte[LENGTH];
    for (int n = stream.input().read(bytes); n >= 0; n = stream.input().read(bytes)) {
      stream.output().write(bytes, 0, n);
      stream.output().flush();
    }
  }
}
