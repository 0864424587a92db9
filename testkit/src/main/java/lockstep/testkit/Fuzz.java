package lockstep.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import lockstep.base.Blake3;

/// Hostile bytes for a reader: each the child of a good one of its committed corpus, or of an
/// earlier child that was refused in a new place of the program. A short run, always the same one;
/// [GuidedFuzz] is the long one. What a reader fails on is put beside the corpus, to be committed
/// with the remedy.
final class Fuzz {
  private static final Path CORPUS = Path.of("src", "test", "corpus");
  private static final int ROUNDS = 5_000;
  private static final int POOL_MAX = 2_000;
  static final int LENGTH_MAX = 8 << 10;

  private final FuzzTarget target;
  private final List<byte[]> pool = new ArrayList<>();
  private final Set<String> answers = new HashSet<>();

  Fuzz(FuzzTarget target) {
    this.target = target;
  }

  static Path corpus(FuzzTarget target) {
    return CORPUS.resolve(target.name());
  }

  void run() {
    try (var files = Files.list(corpus(target))) {
      for (Path file : files.sorted().toList()) pool.add(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("no corpus " + corpus(target), e);
    }
    List.copyOf(pool).forEach(this::check); // what is in the corpus counts as it stands, too
    var gen = new Gen(Long.getLong("lockstep.seed", 1));
    for (int round = 0; round < ROUNDS; round++) check(child(gen));
  }

  private void check(byte[] bytes) {
    try {
      if (answers.add(answer(bytes)) && pool.size() < POOL_MAX) pool.add(bytes);
    } catch (AssertionError failure) {
      throw new AssertionError(
          "%s fails on %s, kept as %s"
              .formatted(target, HexFormat.of().formatHex(bytes), keep(bytes)),
          failure);
    }
  }

  /// Alike for inputs that were treated alike.
  private String answer(byte[] bytes) {
    return target.check(bytes).map(Fuzz::place).orElse("taken");
  }

  private static String place(Exception refusal) {
    return Arrays.stream(refusal.getStackTrace()).limit(4).toList().toString();
  }

  private Path keep(byte[] bytes) {
    Path kept = corpus(target).resolve("found-" + Blake3.of(bytes).brief());
    try {
      return Files.write(kept, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
