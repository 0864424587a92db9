package lockstep.p2p;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Chooses between two ciphers that do the same. The JDK's ChaCha20-Poly1305 is two to three times
/// as fast as ours where the JVM has an intrinsic for Poly1305, which wants AVX-512 IFMA on x86,
/// and half as fast elsewhere. (To time both when a program starts warms up two where one is
/// needed, just when everything waits for the compiler.)
final class Ciphers {
  private static final boolean POLY1305_INTRINSIC = hasIntrinsic(System.getProperty("os.arch"));

  private Ciphers() {}

  /// The faster one under a key of 32 bytes.
  static Aead of(byte[] key) {
    return POLY1305_INTRINSIC ? new JdkAead(key) : new ChaChaPoly(key);
  }

  private static boolean hasIntrinsic(String architecture) {
    return architecture.equals("aarch64") || hasIfma();
  }

  /// Only Linux tells; other systems' x86 machines rarely have it.
  private static boolean hasIfma() {
    Path features = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(features)) return false;
    try (Stream<String> lines = Files.lines(features)) {
      return lines
          .filter(line -> line.startsWith("flags")) // those of one core speak for all
          .findFirst()
          .filter(line -> line.contains(" avx512ifma"))
          .isPresent();
    } catch (IOException unreadable) {
      return false;
    }
  }
}
