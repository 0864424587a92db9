package lockstep.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;

/// One reader of foreign bytes, as it is held to its promises: whatever it is given it takes, or
/// refuses by an exception that it promises, and it takes not much more memory than the bytes are
/// long.
///
/// @param name of its corpus, `src/test/corpus/NAME` of the module
/// @param refusals the exceptions by which the reader may refuse
public record FuzzTarget(String name, Reader reader, List<Class<? extends Exception>> refusals) {
  /// Memory that a reader may take whatever it is given, and for each byte.
  private static final long ALLOCATED_MAX = 1 << 20;

  private static final long ALLOCATED_PER_BYTE_MAX = 1 << 10;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// What is to be fuzzed.
  @FunctionalInterface
  public interface Reader {
    void read(byte[] bytes) throws Exception;
  }

  public FuzzTarget {
    refusals = List.copyOf(refusals);
  }

  public FuzzTarget(String name, Reader reader, Class<? extends Exception> refusal) {
    this(name, reader, List.of(refusal));
  }

  /// Of a reader that makes something of everything.
  public FuzzTarget(String name, Reader reader) {
    this(name, reader, List.of());
  }

  /// Has the reader read a copy of the bytes, by which it must keep its promises.
  ///
  /// @return what it refused them by
  /// @throws AssertionError if it fails in any other way, or takes too much memory
  Optional<Exception> check(byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Optional<Exception> refusal = read(bytes);
    if (allocatedSince(before) <= allocatedMax(bytes)) return refusal;
    before = THREADS.getCurrentThreadAllocatedBytes(); // the first time may have loaded classes
    refusal = read(bytes);
    long taken = allocatedSince(before);
    if (taken <= allocatedMax(bytes)) return refusal;
    throw new AssertionError("it takes " + taken + " bytes of memory");
  }

  private static long allocatedSince(long before) {
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static long allocatedMax(byte[] bytes) {
    return ALLOCATED_MAX + ALLOCATED_PER_BYTE_MAX * bytes.length;
  }

  private Optional<Exception> read(byte[] bytes) {
    try {
      reader.read(bytes.clone());
      return Optional.empty();
    } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
      if (e instanceof Exception refusal && refusals.stream().anyMatch(it -> it.isInstance(e))) {
        return Optional.of(refusal);
      }
      throw new AssertionError("it fails by " + e, e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
