package lockstep.base;

import java.nio.file.FileSystemException;

/// A disk cannot hold a name beside another one that it takes for the same, or spells it in its own
/// way: nothing was changed.
public final class NameTakenException extends FileSystemException {
  private static final long serialVersionUID = 1;

  /// @param path what was to get the name
  /// @param reason for its user
  public NameTakenException(RelPath path, String reason) {
    super(path.toString(), null, reason);
  }
}
