package lockstep.p2p;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import lockstep.bench.Brief;
import lockstep.testkit.Gen;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// Which cipher is the fastest here, for the longest Noise message there is (64 KiB), and so
/// whether [Ciphers] chooses well: `bench/jmh CipherBenchmark`. An operation is a byte, so that
/// ops/us are MB/s. Last result: docs/performance.md.
///
/// A message can be opened once, for that is done where it lies: what opening takes is what
/// [#sealAndOpen] takes more than [#seal].
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CipherBenchmark extends Brief {
  /// The ciphers there are.
  public enum Cipher {
    OPENSSL,
    OURS,
    JDK;

    /// Whether this machine has it.
    public boolean isHere() {
      return this != OPENSSL || OpenSslAead.works();
    }

    private Aead under(byte[] key) {
      return switch (this) {
        case OPENSSL -> new OpenSslAead(key);
        case OURS -> new ChaChaPoly(key);
        case JDK -> new JdkAead(key);
      };
    }
  }

  @Param public Cipher cipher;

  private final byte[] frame = new Gen(1).bytes(Noise.MESSAGE_MAX);
  private NoiseCipher sending;
  private NoiseCipher receiving;

  @Setup
  public void agree() {
    byte[] key = new Gen(2).bytes(Noise.KEY_LENGTH);
    sending = new NoiseCipher(cipher.under(key));
    receiving = new NoiseCipher(cipher.under(key));
  }

  @Benchmark
  @OperationsPerInvocation(Noise.PLAIN_MAX)
  public byte[] seal() {
    sending.seal(frame, 0, Noise.PLAIN_MAX);
    return frame;
  }

  @Benchmark
  @OperationsPerInvocation(Noise.PLAIN_MAX)
  public byte[] sealAndOpen() throws IOException {
    sending.seal(frame, 0, Noise.PLAIN_MAX);
    receiving.open(frame, 0, Noise.MESSAGE_MAX);
    return frame;
  }
}
