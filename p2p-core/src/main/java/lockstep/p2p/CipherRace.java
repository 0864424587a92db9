package lockstep.p2p;

import java.security.GeneralSecurityException;
import lockstep.base.TimeSource;

/// Finds out which of two ciphers that do the same is faster on this computer: the first large
/// frames go to each in turn, until both are warm and timed; then the faster one takes all.
///
/// It matters: the JDK's ChaCha20-Poly1305 is two to three times as fast as ours on a CPU with
/// AVX-512 IFMA and half as fast on others. Thread-safe; one race serves all connections, and
/// losing a count to another thread only makes it a frame longer.
final class CipherRace {
  /// Smaller frames say more about call overhead than about speed.
  private static final int LARGE = 16 << 10;

  /// Of each cipher: frames until the compiler is through with it, and frames that are timed.
  private static final int WARM_UP = 300;

  private static final int TIMED = 100;

  private final TimeSource time;
  private final Runner jdk = new Runner();
  private final Runner ours = new Runner();
  private volatile boolean over;
  private volatile boolean oursWins;

  private static final class Runner {
    private volatile int frames;
    private volatile long nanosPerKilobyte = Long.MAX_VALUE;

    boolean isDone() {
      return frames >= WARM_UP + TIMED;
    }

    /// Keeps the best time: whatever disturbs can only make it worse.
    synchronized void ran(int length, long nanos) {
      frames++;
      if (frames > WARM_UP) nanosPerKilobyte = Math.min(nanosPerKilobyte, nanos * 1024 / length);
    }
  }

  CipherRace(TimeSource time) {
    this.time = time;
  }

  Aead cipher(byte[] key) {
    return new Entrant(new JdkAead(key), new ChaChaPoly(key));
  }

  private void ran(Runner runner, int length, long nanos) {
    runner.ran(length, nanos);
    if (jdk.isDone() && ours.isDone()) {
      oursWins = ours.nanosPerKilobyte < jdk.nanosPerKilobyte;
      over = true;
    }
  }

  /// A cipher under one key in both forms; either may take any frame.
  private final class Entrant implements Aead {
    private final Aead jdkAead;
    private final Aead ourAead;

    Entrant(Aead jdkAead, Aead ourAead) {
      this.jdkAead = jdkAead;
      this.ourAead = ourAead;
    }

    @Override
    public void seal(byte[] nonce, byte[] data, byte[] bytes, int offset, int length)
        throws GeneralSecurityException {
      boolean timed = !over && length >= LARGE;
      boolean ourTurn = timed ? ours.frames <= jdk.frames : oursWins;
      long start = timed ? time.monotonicNanos() : 0;
      (ourTurn ? ourAead : jdkAead).seal(nonce, data, bytes, offset, length);
      if (timed) ran(ourTurn ? ours : jdk, length, time.monotonicNanos() - start);
    }

    @Override
    public void open(byte[] nonce, byte[] data, byte[] bytes, int offset, int length)
        throws GeneralSecurityException {
      boolean timed = !over && length >= LARGE;
      boolean ourTurn = timed ? ours.frames <= jdk.frames : oursWins;
      long start = timed ? time.monotonicNanos() : 0;
      (ourTurn ? ourAead : jdkAead).open(nonce, data, bytes, offset, length);
      if (timed) ran(ourTurn ? ours : jdk, length, time.monotonicNanos() - start);
    }
  }
}
