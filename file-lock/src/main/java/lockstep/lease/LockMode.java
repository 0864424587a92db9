package lockstep.lease;

/// What the permission bits of a file become while it is locked elsewhere, and what they are.
///
/// The bits that a lock takes away are no change of the file's: whoever compares modes first asks
/// for the [#original] one.
public final class LockMode {
  /// The permission bits that a lock takes: all that allow to write.
  public static final int MASK = 0222;

  private LockMode() {}

  /// The mode of a file while another works on it.
  public static int locked(int mode) {
    return mode & ~MASK;
  }

  /// Whether a file's mode is what the lock left of it: if not, somebody has changed it since.
  ///
  /// @param found the mode that the file has
  /// @param original the mode that it had before
  public static boolean isLocked(int found, int original) {
    return found == locked(original);
  }

  /// The mode that the user gave a file that was locked: what was found, and the bits that the lock
  /// took. A user who has changed other bits meanwhile keeps that change.
  public static int original(int found, int original) {
    return found | original & MASK;
  }

  /// Whether two modes are the same to everybody but the lock.
  public static boolean sameApartFromLock(int a, int b) {
    return locked(a) == locked(b);
  }
}
