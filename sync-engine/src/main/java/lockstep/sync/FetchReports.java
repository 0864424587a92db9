package lockstep.sync;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import lockstep.base.TimeSource;
import lockstep.sync.transfer.Failure;
import lockstep.sync.transfer.Fetcher;
import lockstep.sync.transfer.Wanted;

/// Passes the fetcher's word on to the folder's loop. Thread-safe.
final class FetchReports implements Fetcher.Listener {
  /// Progress is told no more often: each event costs the loop a turn.
  private static final long PROGRESS_NANOS = 50_000_000;

  private final Consumer<FolderEvent> loop;
  private final TimeSource time;
  private final AtomicLong untold = new AtomicLong();
  private final AtomicLong toldAt;

  FetchReports(Consumer<FolderEvent> loop, TimeSource time) {
    this.loop = loop;
    this.time = time;
    this.toldAt = new AtomicLong(time.monotonicNanos() - PROGRESS_NANOS);
  }

  @Override
  public void staged(List<Wanted> ready) {
    tell();
    loop.accept(new FolderEvent.Staged(ready));
  }

  @Override
  public void failed(Wanted wanted, Failure why) {
    loop.accept(new FolderEvent.FetchFailed(wanted, why));
  }

  @Override
  public void progress(long bytes) {
    untold.addAndGet(bytes);
    long now = time.monotonicNanos();
    long then = toldAt.get();
    if (now - then >= PROGRESS_NANOS && toldAt.compareAndSet(then, now)) tell();
  }

  private void tell() {
    long bytes = untold.getAndSet(0);
    if (bytes > 0) loop.accept(new FolderEvent.Progress(bytes));
  }
}
