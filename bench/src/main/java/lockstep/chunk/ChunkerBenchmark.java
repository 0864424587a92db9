package lockstep.chunk;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import lockstep.base.Blake3;
import lockstep.bench.Brief;
import lockstep.testkit.Gen;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.Blackhole;

/// How fast a file of 64 MiB is taken apart, were there no disk: `bench/jmh ChunkerBenchmark`. An
/// operation is a byte, so that ops/us are MB/s. Last result: docs/performance.md.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ChunkerBenchmark extends Brief {
  private static final int SIZE = 64 << 20;

  private final byte[] file = new Gen(1).bytes(SIZE);
  private final FastCdc fastCdc = new FastCdc((Chunking.ByContent) Chunking.of(SIZE));

  /// The vector kernel takes over while the benchmark warms up.
  @Setup
  public void prepare() {
    Blake3.prepare();
  }

  /// Cuts and hashes, on two cores where there are two.
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public Manifest split(Blackhole nodes) throws IOException {
    return Splitter.split(this::read, SIZE, (_, node) -> nodes.consume(node));
  }

  private int read(byte[] buffer, int offset, int length, long position) {
    System.arraycopy(file, (int) position, buffer, offset, length);
    return length;
  }

  /// Only finds where chunks end, which one thread has to do alone.
  @Benchmark
  @OperationsPerInvocation(SIZE)
  public int cut() {
    int chunks = 0;
    for (int at = 0; at < SIZE; at += fastCdc.cut(file, at, SIZE - at)) {
      chunks++;
    }
    return chunks;
  }
}
