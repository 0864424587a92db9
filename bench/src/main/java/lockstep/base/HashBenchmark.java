package lockstep.base;

import java.util.Optional;
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

/// How fast each kernel hashes little and much: `bench/jmh HashBenchmark`. An operation is a byte,
/// so that ops/us are MB/s. Last result: docs/performance.md.
///
/// Does what [Blake3#of] does, but with one kernel, and from begin to end. For a single leaf all
/// are the same.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class HashBenchmark extends Brief {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  /// The kernels there are.
  public enum Kernel {
    SCALAR,
    VECTOR,
    AVX2,
    AVX512;

    /// Whether this machine can run it.
    public boolean isHere() {
      return find().isPresent();
    }

    private Optional<Blake3Kernel> find() {
      return switch (this) {
        case SCALAR -> Optional.of(Blake3Kernels.SCALAR);
        case VECTOR -> Blake3Kernels.vector();
        case AVX2 -> machine(Blake3Avx2Code.LANES);
        case AVX512 -> machine(Blake3Avx512Code.LANES);
      };
    }
  }

  private static Optional<Blake3Kernel> machine(int lanes) {
    return Blake3Machine.all().filter(kernel -> kernel.lanes == lanes).findFirst().map(it -> it);
  }

  @Param public Kernel kernel;

  private final byte[] input = new Gen(1).bytes(MIB);
  private Blake3Tree tree;

  @Setup
  public void choose() {
    tree = new Blake3Tree(Blake3Mode.HASH, kernel.find().orElseThrow());
  }

  @Benchmark
  @OperationsPerInvocation(KIB)
  public Blake3 of1KiB() {
    return tree.root(input, 0, KIB);
  }

  @Benchmark
  @OperationsPerInvocation(64 * KIB)
  public Blake3 of64KiB() {
    return tree.root(input, 0, 64 * KIB);
  }

  @Benchmark
  @OperationsPerInvocation(MIB)
  public Blake3 of1MiB() {
    return tree.root(input, 0, MIB);
  }
}
