package lockstep.testkit;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lockstep.base.Blake3;
import lockstep.base.TimeSource;
import org.jspecify.annotations.Nullable;

/// Hostile bytes for what reads bytes: each the child of a good one of a committed corpus
/// (`src/test/corpus/NAME` of the module), or of an earlier child that was answered in a new way.
/// The reader has to take them or refuse them, by one of the exceptions that it promises, and may
/// not take much more memory than they are long.
///
/// A run is short; `-Dlockstep.fuzz.seconds=3600` makes it an hour for each reader, from another
/// seed each time. What a reader fails on is put beside the corpus, to be committed with the
/// remedy.
public final class Fuzz {
  private static final Path CORPUS = Path.of("src", "test", "corpus");
  private static final int ROUNDS = 5_000;
  private static final int POOL_MAX = 2_000;
  private static final int LENGTH_MAX = 8 << 10;

  /// Memory that a reader may take whatever it is given, and for each byte.
  private static final long ALLOCATED_MAX = 1 << 20;

  private static final long ALLOCATED_PER_BYTE_MAX = 1 << 10;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final TimeSource TIME = TimeSource.system();

  private final String name;
  private final Reader reader;
  private final Optional<Class<? extends Exception>> refusal;
  private final List<byte[]> pool = new ArrayList<>();
  private final Set<String> answers = new HashSet<>();

  /// What is to be fuzzed.
  @FunctionalInterface
  public interface Reader {
    void read(byte[] bytes) throws Exception;
  }

  private Fuzz(String name, Reader reader, Optional<Class<? extends Exception>> refusal) {
    this.name = name;
    this.reader = reader;
    this.refusal = refusal;
  }

  /// @param name of the corpus
  /// @param refusal the exception by which the reader may refuse what it is given
  /// @throws AssertionError if it fails in any other way
  public static void run(String name, Reader reader, Class<? extends Exception> refusal) {
    new Fuzz(name, reader, Optional.of(refusal)).run();
  }

  /// The same for a reader that makes something of everything.
  public static void run(String name, Reader reader) {
    new Fuzz(name, reader, Optional.empty()).run();
  }

  private void run() {
    Path corpus = CORPUS.resolve(name);
    try (var files = Files.list(corpus)) {
      for (Path file : files.sorted().toList()) pool.add(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("no corpus " + corpus, e);
    }
    // what is in the corpus counts as it stands, too; and the first read loads classes
    List.copyOf(pool).forEach(each -> answer(each));
    List.copyOf(pool).forEach(this::check);
    Integer seconds = Integer.getInteger("lockstep.fuzz.seconds");
    long start = TIME.monotonicNanos();
    var gen = new Gen(seconds == null ? Long.getLong("lockstep.seed", 1) : start);
    for (int round = 0; goesOn(round, start, seconds); round++) check(child(gen));
  }

  private static boolean goesOn(int round, long start, @Nullable Integer seconds) {
    return seconds == null
        ? round < ROUNDS
        : TIME.monotonicNanos() - start < TimeUnit.SECONDS.toNanos(seconds);
  }

  private void check(byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Answer answer = answer(bytes);
    long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
    answer.failure().ifPresent(failure -> fail(bytes, failure));
    if (taken > ALLOCATED_MAX + ALLOCATED_PER_BYTE_MAX * bytes.length) {
      fail(bytes, new AssertionError("it takes " + taken + " bytes of memory"));
    }
    if (answers.add(answer.shape()) && pool.size() < POOL_MAX) pool.add(bytes);
  }

  /// @param shape alike for inputs that were treated alike
  private record Answer(String shape, Optional<Throwable> failure) {}

  private Answer answer(byte[] bytes) {
    try {
      reader.read(bytes.clone());
      return new Answer("taken", Optional.empty());
    } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
      boolean refused = refusal.filter(promised -> promised.isInstance(e)).isPresent();
      StackTraceElement[] trace = e.getStackTrace();
      return new Answer(
          Arrays.asList(trace).subList(0, Math.min(4, trace.length)).toString(),
          refused ? Optional.empty() : Optional.of(e));
    }
  }

  private void fail(byte[] bytes, Throwable failure) {
    Path kept = CORPUS.resolve(name).resolve("found-" + Blake3.of(bytes).brief());
    try {
      Files.write(kept, bytes);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    throw new AssertionError(
        "%s fails on %s, kept as %s".formatted(name, HexFormat.of().formatHex(bytes), kept),
        failure);
  }

  // ---- Children

  private byte[] child(Gen gen) {
    byte[] child = gen.pick(pool);
    for (int i = gen.between(1, 4); i > 0; i--) child = changed(gen, child);
    return child.length > LENGTH_MAX ? Arrays.copyOf(child, LENGTH_MAX) : child;
  }

  private byte[] changed(Gen gen, byte[] bytes) {
    if (bytes.length == 0) return gen.bytes(gen.between(1, 20));
    byte[] same = bytes.clone();
    int at = gen.between(0, bytes.length - 1);
    return switch (gen.between(0, 8)) {
      case 0 -> {
        same[at] ^= (byte) (1 << gen.between(0, 7));
        yield same;
      }
      case 1 -> {
        same[at] = gen.pick(List.of((byte) 0, (byte) 1, (byte) 0x7f, (byte) 0x80, (byte) 0xff));
        yield same;
      }
      case 2 -> {
        same[at] += (byte) gen.between(-2, 2);
        yield same;
      }
      case 3 -> Arrays.copyOf(bytes, at);
      case 4 -> put(bytes, at, at, gen.bytes(gen.between(1, 16)));
      case 5 -> put(bytes, at, gen.between(at, bytes.length), new byte[0]);
      case 6 -> put(bytes, at, at, Arrays.copyOfRange(bytes, at, gen.between(at, bytes.length)));
      case 7 -> put(bytes, at, at + 1, number(gen));
      default -> {
        byte[] other = gen.pick(pool);
        int from = gen.between(0, other.length);
        yield put(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
      }
    };
  }

  private static byte[] put(byte[] bytes, int from, int to, byte[] between) {
    var out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(between);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  /// A varint, mostly one that is at the edge of something.
  private static byte[] number(Gen gen) {
    var out = new ByteArrayOutputStream();
    long left = gen.anyLong();
    for (; (left & ~0x7fL) != 0; left >>>= 7) out.write((int) (left & 0x7f) | 0x80);
    out.write((int) left);
    return out.toByteArray();
  }
}
