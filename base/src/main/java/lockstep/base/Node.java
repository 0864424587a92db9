package lockstep.base;

/// What one version of a path is.
public sealed interface Node {
  /// Permission bits that are synced: `rwxrwxrwx`. Set-id and sticky bits never travel.
  int MODE_MASK = 0777;

  /// A regular file.
  ///
  /// @param modifiedNanos modification time, nanoseconds since 1970
  /// @param mode permission bits, within [#MODE_MASK]
  record File(Content content, long modifiedNanos, int mode) implements Node {
    public File {
      checkMode(mode);
    }
  }

  /// A directory.
  record Directory(int mode) implements Node {
    public Directory {
      checkMode(mode);
    }
  }

  /// A symbolic link; it is kept as a link and never followed.
  ///
  /// @param target as read from the link, 1 to 4095 bytes of UTF-8 without NUL
  record Symlink(String target) implements Node {
    public Symlink {
      if (target.isEmpty() || target.length() > 4095 || target.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("a link target has 1 to 4095 bytes and no NUL");
      }
    }
  }

  /// Nothing stands here (any more).
  record Absent() implements Node {}

  /// The one absent node.
  Absent ABSENT = new Absent();

  /// Whether something stands here.
  default boolean isLive() {
    return !(this instanceof Absent);
  }

  /// Whether a file or a link stands here: it has a content of its own, and nothing below it.
  default boolean isLeaf() {
    return this instanceof File || this instanceof Symlink;
  }

  /// Whether a user would call both the same: equal kind, bytes or target. Times and modes do not
  /// count.
  default boolean sameContent(Node that) {
    return switch (this) {
      case File(Content content, _, _) -> that instanceof File file && file.content.equals(content);
      case Directory _ -> that instanceof Directory;
      case Symlink _, Absent _ -> equals(that);
    };
  }

  private static void checkMode(int mode) {
    if ((mode & ~MODE_MASK) != 0) {
      throw new IllegalArgumentException(
          "mode 0" + Integer.toOctalString(mode) + " is outside 0777");
    }
  }
}
