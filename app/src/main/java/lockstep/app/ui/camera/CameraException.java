package lockstep.app.ui.camera;

/// A camera cannot be used.
public final class CameraException extends Exception {
  /// Why, as far as its user can do something about it.
  public enum Reason {
    /// The system does not let this user.
    DENIED,
    /// Another program has it.
    BUSY,
    /// It was taken away.
    GONE,
    /// It is on, and sends no picture.
    SILENT,
    /// It does what we do not know of.
    UNKNOWN
  }

  private final Reason reason;

  /// @param details for those who look for the cause
  public CameraException(Reason reason, String details) {
    super(details);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /// What the message alone cannot say.
  public String details() {
    return String.valueOf(getMessage());
  }
}
