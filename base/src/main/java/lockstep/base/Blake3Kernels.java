package lockstep.base;

import java.util.Optional;

/// Chooses between the kernels of this process: machine code where this computer can run ours, else
/// what the JVM makes of Java.
///
/// Vector code of Java's is some hundred times slower than plain code until the JIT has compiled
/// it, and that takes the JIT some two seconds of a core: as long as hashing a gigabyte by plain
/// code. So a process starts with the scalar kernel; once it has hashed so much that more is
/// likely, a thread in the background warms the vector kernel up, and only if that proves faster
/// here it takes over. Who has little to hash never pays for it.
final class Blake3Kernels {
  static final Blake3Kernel SCALAR = new Blake3Scalar();

  static final long WARM_UP_AFTER_BYTES = 256L << 20;
  private static final long WARM_UP_NANOS = 10_000_000_000L;
  private static final int WARM_UP_SAMPLES = 5_000;
  private static final int LANES_MIN = 8;

  /// Made when there is something to hash.
  private static final class Machine {
    static final Optional<Blake3Machine> KERNEL = Blake3Machine.find();
  }

  /// What takes its place where there is none.
  private static volatile Blake3Kernel bulk = SCALAR;

  /// Bytes hashed before the warm-up began, negative from then on. Races only lose counts.
  private static long counted;

  private Blake3Kernels() {}

  /// The kernel for an input of so many bytes. With less than two whole leaves a vector would have
  /// nothing to do side by side.
  static Blake3Kernel forLength(int length) {
    if (length < 2 * Blake3Kernel.LEAF_BYTES) return SCALAR;
    if (Machine.KERNEL.isPresent()) return Machine.KERNEL.get();
    if (counted >= 0) count(length);
    return bulk;
  }

  /// The vector kernel, where the incubator module can be had and the CPU has the lanes. Its class
  /// is not loaded otherwise.
  static Optional<Blake3Kernel> vector() {
    if (!isResolved()) VectorModule.load();
    if (!isResolved() || Blake3Vector.LANES < LANES_MIN) return Optional.empty();
    return Optional.of(new Blake3Vector());
  }

  /// Asks for a class, not the boot layer for its module: the module may have come later.
  private static boolean isResolved() {
    try {
      Class.forName("jdk.incubator.vector.IntVector", false, Blake3Kernels.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }

  /// Begins at once what else begins after [#WARM_UP_AFTER_BYTES], if that many are still to come.
  static void expect(long bytes) {
    if (bytes >= WARM_UP_AFTER_BYTES) warmUp();
  }

  private static void count(int length) {
    counted += length;
    if (counted >= WARM_UP_AFTER_BYTES) warmUp();
  }

  static void warmUp() {
    if (Machine.KERNEL.isEmpty() && startsWarmUp()) {
      Thread.ofPlatform().daemon().name("blake3-warm-up").start(Blake3Kernels::takeOver);
    }
  }

  private static synchronized boolean startsWarmUp() {
    boolean first = counted >= 0;
    counted = Long.MIN_VALUE;
    return first;
  }

  private static void takeOver() {
    vector().filter(Blake3Kernels::provesFaster).ifPresent(kernel -> bulk = kernel);
  }

  /// Runs `kernel` until it is twice as fast as the scalar one. Gives up after some seconds, but on
  /// a busy machine, where the JIT takes its time, not before many samples.
  static boolean provesFaster(Blake3Kernel kernel) {
    var sample = new Sample();
    long start = TimeSource.system().monotonicNanos();
    long bound = Math.min(sample.nanos(SCALAR), sample.nanos(SCALAR)) / 2;
    int faster = 0;
    for (int i = 0; faster < 3; i++) {
      faster = sample.nanos(kernel) < bound ? faster + 1 : 0;
      long nanos = TimeSource.system().monotonicNanos() - start;
      if (i > WARM_UP_SAMPLES && nanos > WARM_UP_NANOS) return false;
    }
    return true;
  }

  /// Something to hash: whole groups and a part of one.
  private static final class Sample {
    private static final int LEAVES = Blake3Kernel.GROUP_MAX + 5;
    private static final int STRIDE = 2 * Blake3Kernel.GROUP_MAX;

    private final byte[] input = new byte[LEAVES * Blake3Kernel.LEAF_BYTES];
    private final int[] values = new int[STRIDE * Blake3Kernel.VALUE_WORDS];

    long nanos(Blake3Kernel kernel) {
      long start = TimeSource.system().monotonicNanos();
      kernel.leaves(Blake3Mode.HASH, input, 0, LEAVES, 0, values, STRIDE);
      kernel.parents(Blake3Mode.HASH, LEAVES / 2, values, STRIDE);
      return TimeSource.system().monotonicNanos() - start;
    }
  }
}
