package lockstep.app;

/// Which Lockstep this is.
final class Version {
  static final String TEXT = "0.1.0";

  /// What `--version` answers.
  static final String LINE = "lockstep " + TEXT;

  private Version() {}
}
