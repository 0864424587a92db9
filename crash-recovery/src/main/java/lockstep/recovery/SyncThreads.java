package lockstep.recovery;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Carries calls that wait for the disk, perhaps for seconds. A virtual thread in a native call
/// keeps its carrier, and carriers are as few as cores: two waiting syncs would stop every
/// connection of the program. So such calls of virtual threads run on platform threads, made when
/// needed.
final class SyncThreads {
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("disk-sync-", 0).factory());

  /// Makes the call to its end, whatever interrupts the caller.
  void run(Call call) throws IOException {
    if (!Thread.currentThread().isVirtual()) {
      call.run();
      return;
    }
    Callable<Void> task =
        () -> {
          call.run();
          return null;
        };
    await(threads.submit(task));
  }

  private static void await(Future<Void> done) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          done.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true; // the call goes on: its result must not be missed
        }
      }
    } catch (ExecutionException e) {
      rethrow(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void rethrow(@Nullable Throwable cause) throws IOException {
    switch (cause) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> throw new IllegalStateException(cause);
    }
  }

  @FunctionalInterface
  interface Call {
    void run() throws IOException;
  }
}
