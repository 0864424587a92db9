package lockstep.p2p;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;

/// Chooses between ciphers that do the same. OpenSSL's is the fastest, and needs no warm-up: taken
/// where the system has it. Of those in Java the JDK's ChaCha20-Poly1305 is the faster one where
/// the JVM has an intrinsic for Poly1305, which wants AVX-512 IFMA on x86, and half as fast as ours
/// elsewhere. (To time them when a program starts would warm up two where one is needed, just when
/// everything waits for the compiler.)
final class Ciphers {
  private static final Function<byte[], Aead> FASTEST = fastest();

  private Ciphers() {}

  /// The faster one under a key of 32 bytes.
  static Aead of(byte[] key) {
    return FASTEST.apply(key);
  }

  private static Function<byte[], Aead> fastest() {
    if (OpenSslAead.works()) return OpenSslAead::new;
    return hasIntrinsic(System.getProperty("os.arch")) ? JdkAead::new : ChaChaPoly::new;
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
