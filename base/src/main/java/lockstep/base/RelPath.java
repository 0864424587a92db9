package lockstep.base;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/// A path below the root of a shared folder: components joined by `/`, exactly as the disk spells
/// them (no normalisation). A value that exists can be handed to a file system: no component is
/// empty, `.`, `..`, holds NUL or passes 255 bytes in UTF-8. The root itself is the empty path.
///
/// What some platform cannot hold is not this type's business (ruling 17): it is reported where it
/// cannot materialise.
public final class RelPath implements Comparable<RelPath> {
  /// The folder's root.
  public static final RelPath ROOT = new RelPath("");

  /// Longest component in bytes of UTF-8.
  public static final int COMPONENT_BYTES_MAX = 255;

  /// Longest path in bytes of UTF-8.
  public static final int BYTES_MAX = 4096 * 8;

  /// The name that belongs to Lockstep in every shared folder.
  public static final String RESERVED = ".lockstep";

  private final String text;

  private RelPath(String text) {
    this.text = text;
  }

  /// Checks and wraps a path.
  ///
  /// @throws IllegalArgumentException saying which component is wrong and why
  public static RelPath of(String text) {
    if (text.isEmpty()) {
      return ROOT;
    }
    if (text.length() > BYTES_MAX) {
      throw new IllegalArgumentException("the path is longer than " + BYTES_MAX + " bytes");
    }
    int start = 0;
    while (start <= text.length()) {
      int end = text.indexOf('/', start);
      check(text.substring(start, end < 0 ? text.length() : end));
      if (end < 0) {
        break;
      }
      start = end + 1;
    }
    return new RelPath(text);
  }

  /// Reads the path from the UTF-8 of a message.
  ///
  /// @throws IllegalArgumentException if it is no UTF-8 or no valid path
  public static RelPath fromUtf8(byte[] utf8) {
    try {
      return of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the path is not valid UTF-8", e);
    }
  }

  private static void check(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException("'" + name + "' cannot be part of a path");
    }
    if (name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a name holds a NUL");
    }
    int length = utf8Length(name);
    if (length > COMPONENT_BYTES_MAX) {
      throw new IllegalArgumentException("a name of " + length + " bytes passes 255");
    }
  }

  private static int utf8Length(String name) {
    int length = 0;
    for (int i = 0; i < name.length(); ) {
      int point = name.codePointAt(i);
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException("a name holds half a surrogate pair");
      }
      length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
      i += Character.charCount(point);
    }
    return length;
  }

  /// The path of an entry of this directory.
  public RelPath resolve(String name) {
    check(name);
    if (name.indexOf('/') >= 0) {
      throw new IllegalArgumentException("'" + name + "' is not a single name");
    }
    return new RelPath(text.isEmpty() ? name : text + '/' + name);
  }

  /// The directory that holds this; the root is its own parent.
  public RelPath parent() {
    int slash = text.lastIndexOf('/');
    return slash < 0 ? ROOT : new RelPath(text.substring(0, slash));
  }

  /// The last component; empty for the root.
  public String name() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /// The number of components.
  public int depth() {
    return text.isEmpty() ? 0 : (int) text.chars().filter(c -> c == '/').count() + 1;
  }

  public boolean isRoot() {
    return text.isEmpty();
  }

  /// Whether this is `ancestor` or lies below it.
  public boolean startsWith(RelPath ancestor) {
    return ancestor.isRoot()
        || text.startsWith(ancestor.text)
            && (text.length() == ancestor.text.length()
                || text.charAt(ancestor.text.length()) == '/');
  }

  /// This path with its leading `from` replaced by `to`.
  ///
  /// @throws IllegalArgumentException if it does not start with `from`
  public RelPath rebase(RelPath from, RelPath to) {
    if (!startsWith(from)) {
      throw new IllegalArgumentException(this + " is not below " + from);
    }
    String rest =
        from.isRoot() ? text : text.substring(Math.min(text.length(), from.text.length() + 1));
    if (rest.isEmpty()) {
      return to;
    }
    return to.isRoot() ? new RelPath(rest) : new RelPath(to.text + '/' + rest);
  }

  /// Whether any component is Lockstep's own name, however it is spelled (case, Unicode form,
  /// invisible characters): such a path is never synced and never accepted from a peer.
  public boolean isReserved() {
    boolean plain = isPlain(text);
    for (int start = 0; start <= text.length(); ) {
      int slash = text.indexOf('/', start);
      int end = slash < 0 ? text.length() : slash;
      if (end - start >= RESERVED.length() && isReserved(start, end, plain)) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  private boolean isReserved(int start, int end, boolean plain) {
    return plain
        ? end - start == RESERVED.length()
            && text.regionMatches(true, start, RESERVED, 0, RESERVED.length())
        : fold(text.substring(start, end)).equals(RESERVED);
  }

  /// Whether there is nothing to fold but case, and every character takes one byte: printable
  /// ASCII, as nearly all names are.
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static String fold(String name) {
    var visible = new StringBuilder();
    Normalizer.normalize(name, Normalizer.Form.NFKC)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.FORMAT && !Character.isISOControl(c))
        .forEach(visible::appendCodePoint);
    return visible.toString().toLowerCase(Locale.ROOT);
  }

  /// The UTF-8 form, as on the wire.
  public byte[] utf8() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Orders a directory before what it holds, siblings by UTF-16 code unit.
  @Override
  public int compareTo(RelPath that) {
    int length = Math.min(text.length(), that.text.length());
    for (int i = 0; i < length; i++) {
      char here = text.charAt(i);
      char there = that.text.charAt(i);
      if (here != there) {
        return here == '/' ? -1 : there == '/' ? 1 : Character.compare(here, there);
      }
    }
    return Integer.compare(text.length(), that.text.length());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RelPath that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /// The path as the disk spells it; may hold control characters, so escape it before showing it.
  @Override
  public String toString() {
    return text;
  }
}
