package lockstep.sync;

/// A simulated cluster did what it never may.
final class SimFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String kind;

  /// @param kind the promise that was broken, in a word
  SimFailure(String kind, String what) {
    super(kind + ": " + what);
    this.kind = kind;
  }

  String kind() {
    return kind;
  }
}
