package lockstep.lease;

/// A promise that a simulated cluster broke.
final class LeaseFailure extends RuntimeException {
  private final String kind;

  LeaseFailure(String kind, String detail) {
    super(kind + ": " + detail);
    this.kind = kind;
  }

  String kind() {
    return kind;
  }
}
