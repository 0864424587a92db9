package lockstep.testkit.sim;

import java.text.Normalizer;
import java.util.Locale;

/// What a simulated file system makes of names.
public enum SimNames {
  /// As Linux: every name is its own.
  EXACT,
  /// As FAT: `A` and `a` are one; the spelling is kept.
  CASELESS,
  /// As APFS: so are `A` and `a`, and the Unicode forms of a letter; the spelling is kept.
  FORMLESS,
  /// As HFS+: the same, and names are stored decomposed, however they were given.
  NORMALISING;

  /// Equal for names that the file system cannot tell apart.
  String key(String name) {
    return switch (this) {
      case EXACT -> name;
      case CASELESS -> name.toLowerCase(Locale.ROOT);
      case FORMLESS, NORMALISING -> decomposed(name).toLowerCase(Locale.ROOT);
    };
  }

  /// Whether two names are one.
  public boolean isOne(String a, String b) {
    return key(a).equals(key(b));
  }

  /// What is stored of a name.
  String stored(String name) {
    return this == NORMALISING ? decomposed(name) : name;
  }

  private static String decomposed(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFD);
  }
}
