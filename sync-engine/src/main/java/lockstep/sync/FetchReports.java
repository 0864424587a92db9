package lockstep.sync;

import java.util.List;
import java.util.function.Consumer;

/// Passes the fetcher's word on to the folder's loop.
record FetchReports(Consumer<FolderEvent> loop) implements Fetcher.Listener {
  @Override
  public void staged(List<Wanted> ready) {
    loop.accept(new FolderEvent.Staged(ready));
  }

  @Override
  public void failed(Wanted wanted, String reason, boolean retry) {
    loop.accept(new FolderEvent.FetchFailed(wanted, reason, retry));
  }

  @Override
  public void progress(long bytes) {
    loop.accept(new FolderEvent.Progress(bytes));
  }
}
