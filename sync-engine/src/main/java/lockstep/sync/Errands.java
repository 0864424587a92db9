package lockstep.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import lockstep.sync.transfer.Failure;
import lockstep.sync.transfer.Fetcher;
import lockstep.sync.transfer.Wanted;

/// Contents that somebody waits for outside the folder's plan: what a person has restored or
/// repaired. Stands between the fetcher and the loop, and keeps to itself what it asked for.
/// Thread-safe.
final class Errands implements Fetcher.Listener {
  private static final long LOOK_SECONDS = 2;

  private final Fetcher.Listener plan;
  private final Map<String, BlockingQueue<Arrival>> waiting = new ConcurrentHashMap<>();

  private record Arrival(String id, Optional<String> failure) {}

  /// @param plan hears of everything else
  Errands(Fetcher.Listener plan) {
    this.plan = plan;
  }

  /// Has the fetcher stage files and waits until each is there or given up.
  ///
  /// @param hopeful whether there is anybody left to ask; looked at now and then
  /// @return why those that did not come did not, by id
  Map<String, String> bring(Fetcher fetcher, List<Wanted> wanted, BooleanSupplier hopeful)
      throws InterruptedException {
    var arrivals = new LinkedBlockingQueue<Arrival>();
    var open = new HashMap<String, Wanted>();
    wanted.forEach(each -> open.put(each.id(), each));
    open.keySet().forEach(id -> waiting.put(id, arrivals));
    var failed = new HashMap<String, String>();
    try {
      fetcher.want(wanted);
      while (!open.isEmpty()) {
        Arrival arrival = arrivals.poll(LOOK_SECONDS, TimeUnit.SECONDS);
        if (arrival == null) {
          if (!hopeful.getAsBoolean()) {
            open.keySet()
                .forEach(id -> failed.put(id, "no member that could have it is connected"));
            break;
          }
        } else if (open.remove(arrival.id()) != null) {
          arrival.failure().ifPresent(reason -> failed.put(arrival.id(), reason));
        }
      }
    } finally {
      fetcher.cancel(List.copyOf(open.keySet()));
      wanted.forEach(each -> waiting.remove(each.id()));
    }
    return failed;
  }

  @Override
  public void staged(List<Wanted> ready) {
    var others = new ArrayList<Wanted>();
    for (Wanted wanted : ready) {
      if (!take(wanted, Optional.empty())) {
        others.add(wanted);
      }
    }
    if (!others.isEmpty()) {
      plan.staged(others);
    }
  }

  @Override
  public void failed(Wanted wanted, Failure why) {
    if (!take(wanted, Optional.of(why.reason()))) {
      plan.failed(wanted, why);
    }
  }

  private boolean take(Wanted wanted, Optional<String> failure) {
    BlockingQueue<Arrival> arrivals = waiting.get(wanted.id());
    return arrivals != null && arrivals.add(new Arrival(wanted.id(), failure));
  }

  @Override
  public void progress(long bytesArrived) {
    plan.progress(bytesArrived);
  }
}
