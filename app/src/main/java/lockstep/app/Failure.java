package lockstep.app;

import java.util.Optional;
import lockstep.sync.UserException;

/// A command that ends without its answer: the exit code, and the diagnostic a person reads. Told
/// like a good compiler's: what happened, why, what to do.
public final class Failure extends Exception {
  /// The operation failed.
  static final int FAILED = 1;

  /// The command was given wrongly.
  static final int USAGE = 2;

  /// No daemon is running for this home.
  public static final int NO_DAEMON = 3;

  /// Waited, and the time is over.
  static final int TIMED_OUT = 4;

  private final int exitCode;
  private final Optional<String> why;
  private final Optional<String> advice;

  Failure(int exitCode, String what, Optional<String> why, Optional<String> advice) {
    super(what);
    this.exitCode = exitCode;
    this.why = why;
    this.advice = advice;
  }

  public static Failure because(String what, String why, String advice) {
    return new Failure(FAILED, what, Optional.of(why), Optional.of(advice));
  }

  static Failure usage(String what, String advice) {
    return new Failure(USAGE, what, Optional.empty(), Optional.of(advice));
  }

  /// The disk or the network did not do what was asked of it.
  public static Failure of(String what, Exception cause) {
    return new Failure(FAILED, what, Optional.of(reason(cause)), Optional.empty());
  }

  static Failure of(UserException refused) {
    return new Failure(
        FAILED, String.valueOf(refused.getMessage()), Optional.of(refused.why()), refused.advice());
  }

  /// What an exception says, or at least what it is.
  public static String reason(Throwable cause) {
    String message = cause.getMessage();
    String type = cause.getClass().getSimpleName();
    return message == null || message.isBlank()
        ? type
        : cause instanceof java.nio.file.FileSystemException ? type + ": " + message : message;
  }

  public int exitCode() {
    return exitCode;
  }

  public Optional<String> why() {
    return why;
  }

  public Optional<String> advice() {
    return advice;
  }

  public String what() {
    return String.valueOf(getMessage());
  }
}
