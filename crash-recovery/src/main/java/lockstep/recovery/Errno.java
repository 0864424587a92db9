package lockstep.recovery;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// Linux error numbers, and the exceptions that they become.
final class Errno {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int EXDEV = 18;
  static final int ENOTDIR = 20;
  static final int EISDIR = 21;
  static final int EINVAL = 22;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int ETXTBSY = 26;
  static final int EFBIG = 27;
  static final int ENOSPC = 28;
  static final int EROFS = 30;
  static final int EMLINK = 31;
  static final int ENAMETOOLONG = 36;
  static final int ENOSYS = 38;
  static final int ENOTEMPTY = 39;
  static final int ELOOP = 40;
  static final int EOPNOTSUPP = 95;
  static final int ESTALE = 116;
  static final int EDQUOT = 122;

  private Errno() {}

  /// @param result of a [SystemCall]: a negative error number
  static IOException exception(long result, String path) {
    int errno = (int) -result;
    return switch (errno) {
      case ENOENT -> new NoSuchFileException(path);
      case EEXIST -> new FileAlreadyExistsException(path);
      case ENOTDIR -> new NotDirectoryException(path);
      case ENOTEMPTY -> new DirectoryNotEmptyException(path);
      case EACCES, EPERM -> new AccessDeniedException(path);
      default -> new FileSystemException(path, null, reason(errno));
    };
  }

  static String reason(int errno) {
    return switch (errno) {
      case EIO -> "the disk reports an input/output error; check it";
      case EBUSY -> "it is in use by the system";
      case EXDEV -> "it lies on another file system or outside the folder";
      case EISDIR -> "a directory stands there";
      case EINVAL -> "the file system does not support this";
      case ENFILE, EMFILE -> "too many files are open";
      case ETXTBSY -> "it is a program that is running";
      case EFBIG -> "the file would be too large for the file system";
      case ENOSPC -> "no space is left on the disk; make room";
      case EDQUOT -> "the disk quota is used up; make room";
      case EROFS -> "the file system is read-only";
      case EMLINK -> "the directory has too many entries or links";
      case ENAMETOOLONG -> "the file system cannot hold a name this long";
      case ELOOP -> "a symbolic link stands there, and links are never followed";
      case EOPNOTSUPP, ENOSYS -> "the system does not support this";
      case ESTALE -> "the file server has lost it";
      default -> "error " + errno;
    };
  }
}
