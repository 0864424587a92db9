package lockstep.base;

/// Randomness fit for keys.
public interface Entropy {
  /// A fresh array of `length` unpredictable bytes.
  byte[] bytes(int length);

  /// The operating system's randomness.
  static Entropy system() {
    return SystemHost.ENTROPY;
  }
}
