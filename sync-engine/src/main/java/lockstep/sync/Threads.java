package lockstep.sync;

/// Waiting for threads.
final class Threads {
  private Threads() {}

  /// Returns when the thread has ended, even if the caller is interrupted (it stays so); at once if
  /// the caller is that thread.
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive() && !thread.equals(Thread.currentThread())) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
