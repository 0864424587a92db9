package lockstep.sync.watch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import lockstep.base.RelPath;

/// Decides when a path that changed is worth looking at: as soon as its writer is done with it, not
/// before, and once for a whole burst of events.
///
/// - A file closed after writing, a rename, a new link: after a short *settle*, put off by each
///   further change, but not longer than *patience* after the first close.
/// - A file that is being written and not closed: when it was left alone for a *pause*.
/// - A deletion: after a *grace*, for programs that save by deleting the old file and putting a new
///   one in its place; if something comes back in time the path is one changed path.
///
/// Pure: driven by events and monotonic time in nanoseconds. Bounded: with too many paths waiting
/// it gives them all up and asks for a rescan instead. Not thread-safe.
public final class Quiet {
  /// All in nanoseconds.
  ///
  /// @param pathsMax how many paths may wait
  public record Limits(long settle, long patience, long pause, long grace, int pathsMax) {
    /// A save is looked at some 20 ms after it was closed.
    public static final Limits USUAL =
        new Limits(20_000_000L, 1_000_000_000L, 2_000_000_000L, 150_000_000L, 200_000);
  }

  private enum State {
    SETTLING,
    BEING_WRITTEN,
    DELETED
  }

  /// @param since when it is in this state
  /// @param patientUntil how far settling may be put off, since it first began
  /// @param order of arrival, to tell equal deadlines apart
  private record Waiting(
      RelPath path,
      State state,
      long since,
      OptionalLong patientUntil,
      long deadline,
      long order) {}

  private final Limits limits;
  private final Map<RelPath, Waiting> byPath = new HashMap<>();

  // By difference, for monotonic time may pass through zero and overflow.
  private final TreeSet<Waiting> byDeadline =
      new TreeSet<>(
          ((Comparator<Waiting>) (a, b) -> Long.signum(a.deadline - b.deadline))
              .thenComparingLong(Waiting::order));

  /// Paths that were being written for longer than a pause when they were written last.
  private final Set<RelPath> written = new HashSet<>();

  private long arrivals;
  private boolean overflowed;

  public Quiet(Limits limits) {
    this.limits = limits;
  }

  /// The path is in a finished state as far as can be told: closed after writing, moved here,
  /// created whole.
  public void changed(RelPath path, long now) {
    long latest = patientUntil(path).orElse(now + limits.patience);
    long deadline = now + limits.settle;
    if (deadline - latest > 0) {
      deadline = latest - now > 0 ? latest : now;
    }
    await(path, State.SETTLING, OptionalLong.of(latest), now, deadline);
  }

  /// Mode or times changed: no sign that a writer is done.
  public void touched(RelPath path, long now) {
    Waiting before = byPath.get(path);
    if (before == null || before.state == State.SETTLING) {
      changed(path, now);
    } else {
      long settled = now + limits.settle;
      long deadline = settled - before.deadline > 0 ? settled : before.deadline;
      await(path, before.state, before.patientUntil, now, deadline);
    }
  }

  /// Somebody has the file open and writes.
  public void writing(RelPath path, long now) {
    await(path, State.BEING_WRITTEN, patientUntil(path), now, now + limits.pause);
  }

  /// Nothing stands at the path any more.
  public void deleted(RelPath path, long now) {
    await(path, State.DELETED, patientUntil(path), now, now + limits.grace);
  }

  /// Takes out the paths whose time has come, the longest waiting first.
  public List<RelPath> ready(long now) {
    List<RelPath> ready = new ArrayList<>();
    while (!byDeadline.isEmpty() && byDeadline.first().deadline - now <= 0) {
      RelPath path = byDeadline.removeFirst().path;
      byPath.remove(path);
      written.remove(path);
      ready.add(path);
    }
    return ready;
  }

  /// Whether a path will come out of [#ready] although nothing further happens to it.
  public boolean isWaiting(RelPath path) {
    return byPath.containsKey(path);
  }

  /// Whether a path waits for anything but the end of a write that takes long, as that of a log or
  /// a recording does.
  public boolean isAnyAboutToSettle() {
    return byPath.size() > written.size();
  }

  /// When [#ready] will next have something to give, if nothing happens before.
  public OptionalLong nextDeadline() {
    return byDeadline.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(byDeadline.first().deadline);
  }

  /// Whether paths were given up since the last call: scan the whole folder then.
  public boolean takeOverflow() {
    boolean taken = overflowed;
    overflowed = false;
    return taken;
  }

  private OptionalLong patientUntil(RelPath path) {
    Waiting waiting = byPath.get(path);
    return waiting == null ? OptionalLong.empty() : waiting.patientUntil;
  }

  private void await(
      RelPath path, State state, OptionalLong patientUntil, long now, long deadline) {
    Waiting before = byPath.get(path);
    if (before == null && byPath.size() >= limits.pathsMax) {
      byPath.clear();
      byDeadline.clear();
      written.clear();
      overflowed = true;
    }
    long since = before == null || before.state != state ? now : before.since;
    var waiting = new Waiting(path, state, since, patientUntil, deadline, arrivals++);
    byPath.put(path, waiting);
    if (before != null) byDeadline.remove(before);
    byDeadline.add(waiting);
    if (state == State.BEING_WRITTEN && now - since > limits.pause) {
      written.add(path);
    } else {
      written.remove(path);
    }
  }
}
