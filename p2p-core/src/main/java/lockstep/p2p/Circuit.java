package lockstep.p2p;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import lockstep.base.TimeSource;

/// Two streams that a relay copies to each other until both have ended. What passes is encrypted
/// between the two ends: here it is just bytes.
final class Circuit {
  /// What waits its turn at once: small, so that circuits take turns often.
  private static final int SLICE_BYTES = 16 << 10;

  /// How often it is asked whether the two still belong together.
  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final HostStream from;
  private final HostStream to;
  private final Circle circle;
  private final RelayLimits limits;
  private final TimeSource time;

  Circuit(HostStream from, HostStream to, Circle circle, RelayLimits limits, TimeSource time) {
    this.from = from;
    this.to = to;
    this.circle = circle;
    this.limits = limits;
    this.time = time;
  }

  /// Copies both ways; returns when both are over.
  void run() throws InterruptedException {
    try (var _ = Deadline.after(limits.circuitTime(), this::cut)) {
      var back = Thread.ofVirtual().name("p2p-relay").start(() -> copy(to, from));
      copy(from, to);
      back.join();
    }
  }

  private void copy(HostStream in, HostStream out) {
    try {
      byte[] slice = new byte[SLICE_BYTES];
      long left = limits.circuitBytes();
      long asked = time.monotonicNanos();
      for (int n = in.input().read(slice); n >= 0; n = in.input().read(slice)) {
        left -= n;
        if (left < 0) throw new IOException("the circuit has carried as much as it may");
        if (time.monotonicNanos() - asked >= ASK_NANOS) {
          asked = time.monotonicNanos();
          if (!circle.belongTogether(from.peer(), to.peer())) {
            throw new IOException("the two share no folder any more");
          }
        }
        circle.pass(in, out, n);
        out.output().write(slice, 0, n);
        if (in.input().available() == 0) out.output().flush();
      }
      out.closeWrite();
    } catch (IOException | RuntimeException e) {
      cut();
    }
  }

  /// Ends, should the two not belong together any more.
  void reconsider() {
    if (!circle.belongTogether(from.peer(), to.peer())) cut();
  }

  private void cut() {
    from.reset();
    to.reset();
  }
}
