package lockstep.lease;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lockstep.base.RelPath;

/// The rules behind [AutoLock].
final class AutoLockTable {
  private Lockables lockables;
  private AutoLock.Timing timing;
  private final Map<RelPath, Work> works = new LinkedHashMap<>();
  private List<AutoLock.Decision> decisions = new ArrayList<>();
  private long now;
  private long wakeAt = Long.MAX_VALUE;

  AutoLockTable(Lockables lockables, AutoLock.Timing timing) {
    this.lockables = lockables;
    this.timing = timing;
  }

  List<AutoLock.Decision> at(long nowNanos, Runnable input) {
    now = Math.max(now, nowNanos);
    input.run();
    long wake = Long.MAX_VALUE;
    for (Work work : List.copyOf(works.values())) {
      settle(work);
      if (!works.containsKey(work.path)) continue;
      wake = Math.min(wake, work.wakeAt(timing));
    }
    if (wake != wakeAt) decisions.add(new AutoLock.Decision.WakeAt(wake));
    wakeAt = wake;
    List<AutoLock.Decision> made = List.copyOf(decisions);
    decisions = new ArrayList<>();
    return made;
  }

  void markerAppeared(RelPath document, RelPath marker) {
    if (!lockables.covers(document)) return;
    Work work = work(document);
    if (MarkerTable.meansOpen(marker.name())) work.markers.add(marker);
    work.active(now);
    take(work);
  }

  void markerVanished(RelPath marker) {
    for (Work work : works.values()) {
      if (work.markers.remove(marker) && work.markers.isEmpty()) {
        work.isClosed = true;
        work.active(now);
      }
    }
  }

  void saved(RelPath path) {
    if (!lockables.covers(path)) return;
    Work work = work(path);
    work.goneSince = Work.NOT;
    work.active(now);
    take(work);
  }

  void resumed(RelPath path) {
    take(work(path));
    handle(path, true);
  }

  void vanished(RelPath path) {
    Work work = works.get(path);
    if (work != null && work.goneSince == Work.NOT) work.goneSince = now;
  }

  void handle(RelPath path, boolean isOpen) {
    if (isOpen && !works.containsKey(path) && lockables.covers(path)) take(work(path));
    Work work = works.get(path);
    if (work == null) return;
    work.lookedAt = now;
    work.isAsked = false;
    if (isOpen) {
      if (work.openSince == Work.NOT) work.openSince = now;
      work.active(now);
    } else {
      boolean wasKeptOpen =
          work.openSince != Work.NOT && now - work.openSince >= timing.look().toNanos();
      work.openSince = Work.NOT;
      if (work.markers.isEmpty() && (work.isClosed || wasKeptOpen)) work.isDone = true;
    }
  }

  void locked(RelPath path) {
    Work work = work(path);
    work.isHeld = true;
    work.isManual = true;
  }

  void unlocked(RelPath path) {
    Work work = works.get(path);
    if (work == null) return;
    work.isHeld = false;
    work.isManual = false;
    work.isDone = false;
    work.isClosed = false;
  }

  void follow(Lockables newLockables, AutoLock.Timing newTiming) {
    lockables = newLockables;
    timing = newTiming;
    for (Work work : works.values()) {
      if (!lockables.covers(work.path)) {
        work.markers.clear();
        work.isDone = true;
      }
    }
  }

  private Work work(RelPath path) {
    return works.computeIfAbsent(path, Work::new);
  }

  private void take(Work work) {
    work.isClosed = false;
    work.isDone = false;
    if (work.isHeld) return;
    work.isHeld = true;
    decisions.add(new AutoLock.Decision.Take(work.path));
  }

  /// Releases what is done, looks where it has to, forgets what is over.
  private void settle(Work work) {
    if (work.isHeld && !work.isManual) {
      if (work.isOver(now, timing)) {
        work.isHeld = false;
        decisions.add(new AutoLock.Decision.Release(work.path));
      } else if (work.isLookDue(now, timing)) {
        work.isAsked = true;
        work.lookedAt = now;
        decisions.add(new AutoLock.Decision.LookForHandle(work.path));
      }
    }
    if (!work.isHeld && work.markers.isEmpty()) works.remove(work.path);
  }
}
