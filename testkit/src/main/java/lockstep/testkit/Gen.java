package lockstep.testkit;

import java.util.List;
import java.util.SplittableRandom;

/// A seeded generator of test data: the same seed gives the same values on every machine. Leans
/// towards edges (empty, one, limits, odd names), where faults live. Not thread-safe.
public final class Gen {
  private static final List<String> NAMES =
      List.of(
          "a",
          "b",
          "notes.txt",
          "with space",
          "line\nbreak",
          "emoji-\uD83D\uDE00.png",
          "caf\u00e9",
          "cafe\u0301",
          "A",
          ".hidden",
          "-rf",
          "CON",
          "tab\there",
          "quote\"'`",
          "x".repeat(255));

  private final SplittableRandom random;

  public Gen(long seed) {
    random = new SplittableRandom(seed);
  }

  /// From `low` to `high`, both included, with the ends far likelier than chance has it.
  public int between(int low, int high) {
    return switch (random.nextInt(10)) {
      case 0 -> low;
      case 1 -> high;
      default -> (int) random.nextLong(low, (long) high + 1);
    };
  }

  /// Any long, small and extreme ones often.
  public long anyLong() {
    return switch (random.nextInt(6)) {
      case 0 -> between(-2, 2);
      case 1 -> Long.MAX_VALUE;
      case 2 -> Long.MIN_VALUE;
      case 3 -> 1L << random.nextInt(63);
      default -> random.nextLong();
    };
  }

  /// True in `percent` of 100 cases.
  public boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  public <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /// `length` random bytes.
  public byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /// One valid file name, often an odd one.
  public String name() {
    return chance(60) ? "f" + random.nextInt(20) : pick(NAMES);
  }

  /// A path of one to `depthMax` names, joined by `/`.
  public String path(int depthMax) {
    var path = new StringBuilder(name());
    for (int depth = between(1, depthMax); depth > 1; depth--) {
      path.append('/').append(name());
    }
    return path.toString();
  }

  /// A generator of its own, so that what it draws shifts nothing here.
  public Gen split() {
    return new Gen(random.nextLong());
  }
}
