package lockstep.base;

import java.text.Normalizer;

/// Which names a file system takes for one, and how it spells them.
///
/// @param caseless `A` and `a` are one name
/// @param formless the Unicode forms of a name, `é` and `e` with an accent, are one name
/// @param composes of those forms only one is kept, whichever was given; names are spelled in form
///   C here whatever the file system shows
/// @param dropsDots dots at the end of a name are not part of it
public record Folding(boolean caseless, boolean formless, boolean composes, boolean dropsDots) {
  /// Every name is its own.
  public static final Folding NONE = new Folding(false, false, false, false);

  /// Whether there are different names that are one here.
  public boolean isAny() {
    return caseless || formless || composes || dropsDots;
  }

  /// Equal for names that are one here.
  public String key(String name) {
    String key = dropsDots ? withoutDots(name) : name;
    if (isPlain(key)) {
      return caseless ? lower(key) : key;
    }
    if (formless) {
      key = Normalizer.normalize(key, Normalizer.Form.NFD);
    }
    if (caseless) {
      key = lower(key);
    }
    return formless ? Normalizer.normalize(key, Normalizer.Form.NFC) : key;
  }

  /// Equal for paths that are one here.
  public String key(RelPath path) {
    String text = path.toString();
    if (!isAny()) {
      return text;
    }
    var key = new StringBuilder(text.length());
    for (String name : text.split("/")) {
      key.append(key.isEmpty() ? "" : "/").append(key(name));
    }
    return key.toString();
  }

  /// How a name is spelled once something has it: the same, unless it cannot be held.
  public String spelling(String name) {
    String kept = dropsDots ? withoutDots(name) : name;
    return composes && !isPlain(kept) ? Normalizer.normalize(kept, Normalizer.Form.NFC) : kept;
  }

  private static String withoutDots(String name) {
    int end = name.length();
    while (end > 0 && name.charAt(end - 1) == '.') {
      end--;
    }
    return end == 0 ? name : name.substring(0, end);
  }

  /// One character for one, as file systems do it: the German sharp s stays what it is.
  private static String lower(String name) {
    var lower = new StringBuilder(name.length());
    name.codePoints()
        .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
        .forEach(lower::appendCodePoint);
    return lower.toString();
  }

  private static boolean isPlain(String name) {
    return name.chars().allMatch(c -> c < 0x80);
  }
}
