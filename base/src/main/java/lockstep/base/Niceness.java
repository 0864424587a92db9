package lockstep.base;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// How readily a thread lets others have the processor. (Linux has that for each thread, see
/// sched(7), and takes no notice of Java's priorities.)
final class Niceness {
  private static final int GETPRIORITY = KernelCall.here(140, 141);
  private static final int SETPRIORITY = KernelCall.here(141, 140);
  private static final int PRIO_PROCESS = 0;
  private static final int THIS_THREAD = 0;
  private static final int MORE = 10;
  private static final int MOST = 19;

  private Niceness() {}

  /// Makes the calling thread nicer, for good; does nothing where that cannot be done.
  static void add() {
    if (!KernelCall.isAvailable()) return;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(KernelCall.STATE_BYTES, 8);
      long answer = KernelCall.invoke(state, GETPRIORITY, PRIO_PROCESS, THIS_THREAD, 0, 0, 0, 0);
      if (answer <= 0) return;
      long now = 20 - answer; // the kernel answers so that no niceness looks like an error
      long then = Math.min(MOST, now + MORE);
      KernelCall.invoke(state, SETPRIORITY, PRIO_PROCESS, THIS_THREAD, then, 0, 0, 0);
    }
  }
}
