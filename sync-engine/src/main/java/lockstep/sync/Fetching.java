package lockstep.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.sync.transfer.Failure;
import lockstep.sync.transfer.Wanted;

/// The files whose content the [Fetcher] is to bring, by path. A wish lives as long as the path
/// needs just that file; what was staged is installed only if it still does. Owned by the folder's
/// loop.
final class Fetching {
  private final FolderParts parts;
  private final Trees trees;
  private final Busy busy;
  private final Trouble trouble;
  private final Decisions decisions;
  private final Sources sources;
  private final Map<RelPath, Wanted> wishes = new HashMap<>();

  /// Those of the wishes that lie complete in staging.
  private final Map<RelPath, Wanted> staged = new LinkedHashMap<>();

  /// What the disk has no room for, and the bytes of each.
  private final Map<RelPath, Long> roomless = new HashMap<>();

  private long bytes;

  Fetching(FolderParts parts, LoopState state, Decisions decisions, Sources sources) {
    this.parts = parts;
    this.trees = state.trees();
    this.busy = state.busy();
    this.trouble = state.trouble();
    this.decisions = decisions;
    this.sources = sources;
  }

  void want(List<Decision.Download> downloads) {
    var wanted = new ArrayList<Wanted>();
    for (Decision.Download download : downloads) {
      RelPath path = download.path();
      long size = download.file().content().size();
      if (!trouble.mayFit(size)) {
        roomless.put(path, size);
        bytes += size;
      } else if (!wishes.containsKey(path)) {
        Wanted wish = parts.wanted(path, download.file(), trees.disk().node(path));
        wishes.put(path, wish);
        sources.want(path, download.file().content());
        bytes += size;
        wanted.add(wish);
      }
    }
    if (!wanted.isEmpty()) {
      parts.fetcher().want(wanted);
    }
  }

  /// What may fit by now, to be planned anew.
  List<RelPath> nowFitting() {
    return roomless.entrySet().stream()
        .filter(waiting -> trouble.mayFit(waiting.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Gives up the wish for the path's file, unless just that is what was decided.
  void keepOrCancel(Decision decision) {
    Long waited = roomless.remove(decision.path());
    if (waited != null) {
      bytes -= waited;
    }
    Wanted wanted = wishes.get(decision.path());
    if (wanted != null && !isFor(wanted, decision)) {
      giveUp(wanted);
      parts.fetcher().cancel(List.of(wanted.id()));
    }
  }

  private static boolean isFor(Wanted wanted, Decision decision) {
    return decision instanceof Decision.Download(_, Node.File file) && file.equals(wanted.file());
  }

  /// Files lie complete in staging. They wait there while the folder may not be changed.
  void staged(List<Wanted> ready) {
    for (Wanted wanted : ready) {
      if (wanted.equals(wishes.get(wanted.path()))) { // else the plan changed meanwhile
        staged.put(wanted.path(), wanted);
      }
    }
  }

  /// The steps that install what was staged.
  List<Step> installs() {
    var steps = new ArrayList<Step>();
    for (Wanted wanted : List.copyOf(staged.values())) {
      RelPath path = wanted.path();
      if (busy.has(path) || !isFor(wanted, decisions.decide(path))) {
        giveUp(wanted);
        trees.replan(path);
      } else if (!isReadFrom(path)) {
        forget(wanted);
        var stands = trees.disk().get(path).map(Observed::stat);
        steps.add(new Step.Install(path, wanted.id(), wanted.file(), stands));
        trees.planned(path);
      }
    }
    return steps;
  }

  /// Whether what stands at a path is to be staged for another, and is not yet.
  private boolean isReadFrom(RelPath path) {
    return sources.takers(path).stream()
        .anyMatch(taker -> wishes.containsKey(taker) && !staged.containsKey(taker));
  }

  /// What was to be installed stands there, or it will be planned again.
  void applied(List<Step.Result> results) {
    for (Step.Result result : results) {
      if (result.step() instanceof Step.Install install) sources.release(install.path());
    }
  }

  private boolean giveUp(Wanted wanted) {
    boolean wished = forget(wanted);
    if (wished) sources.release(wanted.path());
    return wished;
  }

  /// @return whether it was still wanted
  private boolean forget(Wanted wanted) {
    boolean wished = wishes.remove(wanted.path(), wanted);
    if (wished) {
      staged.remove(wanted.path());
      bytes -= size(wanted);
    }
    return wished;
  }

  void failed(Wanted wanted, Failure why) {
    if (giveUp(wanted)) {
      trouble.fail(wanted.path(), why.reason() + (why.retry() ? "" : " (no member has it)"));
      if (why.retry()) {
        trouble.suspendIfFull(why.room().orElse(size(wanted))); // a part may be staged
      }
    }
  }

  boolean isUnderWay() {
    return !wishes.isEmpty() || !roomless.isEmpty();
  }

  boolean isUnderWay(RelPath path) {
    return wishes.containsKey(path);
  }

  int files() {
    return wishes.size() + roomless.size();
  }

  /// What has still to come of all that is not installed yet, in bytes.
  long missingBytes() {
    long here = staged.values().stream().mapToLong(Fetching::size).sum();
    return Math.max(0, bytes - here - parts.fetcher().heldBytes());
  }

  private static long size(Wanted wanted) {
    return wanted.file().content().size();
  }
}
