package lockstep.p2p;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import lockstep.bench.Brief;
import lockstep.testkit.Gen;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/// What the muxer takes of each byte, were there neither cipher nor socket: a stream is opened,
/// carries 1 MiB, and is closed by both. `bench/jmh YamuxBenchmark`; an operation is a byte, so
/// that ops/us are MB/s. Last result: docs/performance.md.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class YamuxBenchmark extends Brief {
  private static final int SIZE = 1 << 20;

  /// Time stands still: to the windows the peer is as near as can be.
  private static final long NOW = 1;

  private final byte[] content = new Gen(1).bytes(SIZE);
  private final byte[] received = new byte[SIZE];
  private final End dialer = new End(true);
  private final End listener = new End(false);

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public byte[] stream() throws IOException {
    YamuxStream out = dialer.session.open(NOW);
    dialer.deliverTo(listener);
    YamuxStream in = listener.accept();
    int sent = 0;
    for (int read = 0; read < SIZE; ) {
      sent += dialer.send(out, content, sent);
      dialer.deliverTo(listener);
      read += listener.read(in, received, read);
      listener.deliverTo(dialer);
    }
    dialer.session.finish(out);
    listener.session.finish(in);
    dialer.deliverTo(listener);
    listener.deliverTo(dialer);
    return received;
  }

  /// The bare copy: the line to approach, by as many times as a byte is copied.
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public byte[] copy() {
    System.arraycopy(content, 0, received, 0, SIZE);
    return received;
  }

  /// A session, and the second of the two batches that its connection has.
  private static final class End {
    final YamuxSession session;
    private Batch spare = new Batch();

    End(boolean dialer) {
      var budget = new WindowBudget(Limits.DEFAULT.memoryPerPeer());
      session = new YamuxSession(dialer, Limits.DEFAULT, budget, _ -> {});
    }

    YamuxStream accept() {
      YamuxStream stream = Objects.requireNonNull(session.nextInbound());
      session.accepted(stream);
      return stream;
    }

    /// Appends as much as there is credit and room for.
    ///
    /// @return how many bytes
    int send(YamuxStream stream, byte[] bytes, int from) {
      int at = from;
      for (int count = -1; count != 0; at += count) {
        count = session.send(stream, bytes, at, bytes.length - at);
      }
      return at - from;
    }

    /// Reads what is there.
    ///
    /// @return how many bytes
    int read(YamuxStream stream, byte[] into, int from) {
      int at = from;
      for (int count; (count = stream.inbox.run()) > 0; at += count) {
        System.arraycopy(stream.inbox.array(), stream.inbox.head(), into, at, count);
        session.consume(stream, count, NOW);
      }
      return at - from;
    }

    void deliverTo(End other) {
      session.flush();
      while (session.wantsSwap()) {
        Batch full = session.swap(spare);
        full.seal(other::receive);
        full.clear();
        spare = full;
      }
    }

    /// In the place of the cipher, whose plaintext lies there.
    private void receive(byte[] bytes, int offset, int length) {
      try {
        session.receive(bytes, offset, length, NOW);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
