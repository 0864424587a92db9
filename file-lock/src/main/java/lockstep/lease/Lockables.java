package lockstep.lease;

import java.util.List;
import java.util.Locale;
import lockstep.base.RelPath;

/// Which files of a folder are locked without anybody asking.
///
/// Patterns are compared with the file's name alone, without regard to case: `*` stands for any
/// characters, `?` for one.
public sealed interface Lockables {
  /// No file; `lockstep lock` works all the same.
  record Off() implements Lockables {}

  /// Every file.
  record All() implements Lockables {}

  /// Files whose name matches one of the patterns.
  record Matching(List<String> patterns) implements Lockables {
    public Matching {
      patterns = patterns.stream().map(it -> it.toLowerCase(Locale.ROOT)).toList();
    }
  }

  /// Formats that no program can merge: creative work, CAD, office documents.
  Lockables DEFAULT = new Matching(LockableFormats.PATTERNS);

  /// Whether a file is locked when somebody works on it. What belongs to an application or to
  /// Lockstep never is.
  default boolean covers(RelPath path) {
    if (path.isReserved() || LockMarker.isLikely(path.name())) return false;
    return switch (this) {
      case Off() -> false;
      case All() -> !ApplicationMarkers.isMarker(path.name());
      case Matching(var patterns) -> {
        String name = path.name().toLowerCase(Locale.ROOT);
        yield patterns.stream().anyMatch(it -> Wildcard.matches(it, name))
            && !ApplicationMarkers.isMarker(path.name());
      }
    };
  }

  /// Reads a folder's policy: `off`, `all`, `default` or patterns separated by spaces or commas, of
  /// which `default` may be one.
  ///
  /// @throws IllegalArgumentException if there is nothing in it
  static Lockables parse(String text) {
    List<String> words = List.of(text.strip().split("[\\s,]+"));
    if (words.equals(List.of(""))) {
      throw new IllegalArgumentException("write off, all, default or patterns such as *.blend");
    }
    if (words.size() == 1) {
      switch (words.getFirst().toLowerCase(Locale.ROOT)) {
        case "off" -> {
          return new Off();
        }
        case "all" -> {
          return new All();
        }
        default -> {}
      }
    }
    return new Matching(
        words.stream()
            .flatMap(
                word ->
                    word.equalsIgnoreCase("default")
                        ? LockableFormats.PATTERNS.stream()
                        : java.util.stream.Stream.of(word))
            .toList());
  }
}
