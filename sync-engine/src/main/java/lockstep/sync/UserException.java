package lockstep.sync;

import java.util.Optional;

/// Something a person asked for that cannot be done, told as a good compiler would: what, why, and
/// what to do. Not a bug and not a fault of the disk or network.
public final class UserException extends Exception {
  private final String why;
  private final Optional<String> advice;

  /// @param what what could not be done, naming the file, peer or option; no full stop
  /// @param why the reason
  /// @param advice a command or act that helps, if there is one
  public UserException(String what, String why, Optional<String> advice) {
    super(what);
    this.why = why;
    this.advice = advice;
  }

  public UserException(String what, String why, String advice) {
    this(what, why, Optional.of(advice));
  }

  public String why() {
    return why;
  }

  public Optional<String> advice() {
    return advice;
  }
}
