package lockstep.base;

import java.security.SecureRandom;
import java.time.Instant;

/// The real clock and randomness: the only place that may ask this computer for either.
final class SystemHost {
  static final TimeSource TIME =
      new TimeSource() {
        @Override
        public Instant wallTime() {
          return Instant.now();
        }

        @Override
        public long monotonicNanos() {
          return System.nanoTime();
        }

        @Override
        public long bootNanos() {
          return BootClock.nanos();
        }
      };

  static final Entropy ENTROPY =
      length -> {
        byte[] bytes = new byte[length];
        Holder.RANDOM.nextBytes(bytes);
        return bytes;
      };

  private SystemHost() {}

  private static final class Holder {
    static final SecureRandom RANDOM = new SecureRandom();
  }
}
