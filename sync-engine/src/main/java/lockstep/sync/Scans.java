package lockstep.sync;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lockstep.base.RelPath;
import lockstep.sync.ignore.Excludes;
import lockstep.sync.ignore.IgnoreRules;

/// The walks over a folder and what they found out as a whole: which are under way, when the next
/// is due, whether the folder was ever seen to its end, and the ignore rules as they stand. Watch
/// events get lost; a full scan finds out, rarely enough to be cheap. Owned by the folder's loop.
final class Scans {
  private static final long EVERY = 900_000_000_000L;

  /// Where watching is limited the scan is all there is.
  private static final long EVERY_UNWATCHED = 30_000_000_000L;

  private final FolderParts parts;
  private final Clockwork clock;
  private final Trees trees;
  private final Busy busy;
  private final Trouble trouble;
  private IgnoreRules rules;
  private boolean rulesChanged;

  /// Not while a scan of a disk that is back is to find out what it excludes.
  private boolean excludesAreKnown = true;

  private final List<Included> included = new ArrayList<>();
  private int underWay;
  private int fullUnderWay;
  private int fullDone;
  private boolean sawAll;

  /// Whether that was so at some time since the start.
  private boolean sawAllBefore;

  /// Which full scan, by its number, is the first that can be believed.
  private int believedFrom = 1;

  private boolean unwatched;
  private long nextFull;

  Scans(FolderParts parts, LoopState state) {
    this.parts = parts;
    this.clock = state.clock();
    this.trees = state.trees();
    this.busy = state.busy();
    this.trouble = state.trouble();
    this.nextFull = clock.now() + EVERY;
    this.rules = IgnoreRules.DEFAULT.excluding(excludes());
  }

  /// What cannot be read may exclude anything: nothing is synced then.
  private String excludes() {
    try {
      return parts.observer().excludes();
    } catch (IOException e) {
      trouble.halt("what this device excludes cannot be read: " + e.getMessage());
      return "";
    }
  }

  /// Has a directory walked, with all below it, unless it is ignored.
  void scan(RelPath directory, String because) {
    scan(directory, because, false);
  }

  private void scan(RelPath directory, String because, boolean anew) {
    if (!directory.isRoot() && isIgnored(directory, true)) {
      return;
    }
    underWay++;
    if (directory.isRoot()) {
      fullUnderWay++;
      setNext();
    }
    parts.log().log(DEBUG, "scanning ''{0}'' of {1}: {2}", directory, parts.name(), because);
    parts.observer().scan(directory, rules, anew, parts.watch());
    busy.looking();
  }

  /// What was seen so far may have been another directory's.
  void seeAnew() {
    sawAll = false;
    believedFrom = fullDoneAfterNext();
    excludesAreKnown = false;
    scan(RelPath.ROOT, "its disk is back", true);
  }

  private void setNext() {
    nextFull = clock.now() + (unwatched ? EVERY_UNWATCHED : EVERY);
  }

  /// Nothing tells of changes here: scans must find them.
  void scanOften() {
    unwatched = true;
    setNext();
  }

  void scanNowAndThen() {
    if (clock.now() - nextFull >= 0) {
      scan(RelPath.ROOT, "it is time");
    }
    clock.wakeAt(nextFull);
  }

  void rulesChanged() {
    rulesChanged = true;
    scan(RelPath.ROOT, "the ignore rules changed");
  }

  /// Less is synced here from now on.
  void exclude(Excludes all) {
    rules = rules.excluding(all.text());
    excludesAreKnown = true;
  }

  /// More is synced here from now on: what stands there is looked at first.
  ///
  /// @param done is called once it was
  void include(Excludes all, Runnable done) {
    exclude(all);
    rulesChanged();
    included.add(new Included(fullDoneAfterNext() - 1, done));
  }

  /// @param afterScans how many full scans have ended then
  private record Included(int afterScans, Runnable done) {}

  void ended(FolderEvent.ScanEnded ended) {
    underWay--;
    busy.looked();
    boolean isNews = ended.anew() && !excludesAreKnown;
    rules = isNews ? ended.rules() : ended.rules().excludingAs(rules);
    excludesAreKnown |= ended.anew();
    if (ended.trouble().isPresent()) {
      trouble.halt("the folder cannot be read: " + ended.trouble().get());
    }
    if (ended.directory().isRoot()) {
      fullUnderWay--;
      fullDone++;
      boolean stands = ended.trouble().isEmpty() && trouble.markerStands();
      boolean first = stands && !sawAll && fullDone >= believedFrom;
      if (first) {
        sawAll = true;
        trouble.trust();
      }
      if (rulesChanged) {
        rulesChanged = false;
        trees.replan(trees.all());
      } else if (first && sawAllBefore) {
        trees.replanAll(); // what was planned before the disk went may not have been done
      } else if (first) {
        trees.replanUnseen();
      }
      sawAllBefore |= sawAll;
      included.removeIf(this::isDone);
    }
  }

  private boolean isDone(Included each) {
    boolean is = fullDone >= each.afterScans();
    if (is) each.done().run();
    return is;
  }

  boolean isIgnored(RelPath path, boolean directory) {
    return rules.match(path, directory).isPresent();
  }

  IgnoreRules rules() {
    return rules;
  }

  boolean areUnderWay() {
    return underWay > 0;
  }

  /// Whether the folder was seen to its end since the start: before that nothing may be planned,
  /// for what was not seen yet would pass for deleted.
  boolean sawAll() {
    return sawAll;
  }

  /// How many full scans have ended.
  int fullDone() {
    return fullDone;
  }

  /// What [#fullDone] will be once a full scan that begins now has ended.
  int fullDoneAfterNext() {
    return fullDone + fullUnderWay + 1;
  }
}
