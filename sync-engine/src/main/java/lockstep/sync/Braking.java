package lockstep.sync;

import static java.lang.System.Logger.Level.WARNING;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.RelPath;

/// Pauses the folder before a mass change is published, or before one of others is applied, until
/// the user says what was meant. It is derived from the three trees alone, so it needs no memory: a
/// restart finds the same and asks again. Owned by the folder's loop.
final class Braking {
  /// What vanishes file by file within this time is one stroke.
  private static final long STROKE = 60_000_000_000L;

  private static final long CHECK_EVERY = 1_000_000_000L;

  private final FolderParts parts;
  private final Clockwork clock;
  private final Trees trees;
  private final Trouble trouble;
  private final Decisions decisions;
  private final Applying applying;
  private final Sources sources;
  private final Stroke published = new Stroke();
  private final Stroke applied = new Stroke();
  private final Set<RelPath> accepted = new HashSet<>();
  private Set<RelPath> suspects = Set.of();
  private Optional<String> reason = Optional.empty();
  private long checkedAt;
  private boolean askedAgain;

  /// A mass change that is in the making.
  ///
  /// @param suspects every path of it, directories too
  /// @param changed contents that replace others
  /// @param coming contents that are to be put somewhere
  private record Findings(
      Set<RelPath> suspects,
      List<Content> vanished,
      Map<RelPath, Content> changed,
      Set<Content> coming) {
    Findings() {
      this(new HashSet<>(), new ArrayList<>(), new HashMap<>(), new HashSet<>());
    }
  }

  /// @param files how many there were
  private record Judgement(Set<RelPath> suspects, long lost, long reverted, long files) {
    long affected() {
      return lost + reverted;
    }
  }

  Braking(
      FolderParts parts, LoopState state, Decisions decisions, Applying applying, Sources sources) {
    this.parts = parts;
    this.clock = state.clock();
    this.trees = state.trees();
    this.trouble = state.trouble();
    this.decisions = decisions;
    this.applying = applying;
    this.sources = sources;
  }

  /// Why the folder is paused, if it is.
  Optional<String> reason() {
    return reason;
  }

  boolean isOn() {
    return reason.isPresent();
  }

  // ---- Before it happens -----------------------------------------------------------------------

  /// Whether these changes of this device's user are a mass change; the folder is paused then.
  boolean stopsPublishing(Collection<RelPath> paths) {
    Optional<Judgement> mass = judge(paths, published, trees.global().files());
    if (mass.isPresent() && trouble.markerStands()) { // else it is halted for an absent disk
      pause(mass.get(), "vanished here", "turned here into");
    }
    return mass.isPresent();
  }

  /// Whether what others did is a mass change; the folder is paused then, and the plan dropped.
  boolean stops(Plan plan) {
    List<RelPath> decided = plan.decided();
    Optional<Judgement> mass = judge(decided, applied, trees.disk().files());
    if (mass.isPresent()) {
      trees.replan(decided);
      pause(mass.get(), "were deleted by others", "were turned by others into");
    } else {
      applied.add(unmoved(find(decided), Set.copyOf(decided)));
    }
    return mass.isPresent();
  }

  /// What goes with paths that are about to be published as deleted, unless that was accepted.
  List<Content> lost(Collection<RelPath> deleted) {
    return unmoved(find(deleted), Set.of());
  }

  /// They are published.
  void published(Collection<RelPath> deleted, List<Content> lost) {
    published.add(lost);
    deleted.forEach(accepted::remove);
  }

  /// A quick look at which contents have no other name, now or soon; [#standing] is exact.
  private List<Content> unmoved(Findings found, Set<RelPath> going) {
    return found.vanished().stream()
        .filter(content -> !found.coming().contains(content) && !sources.isWanted(content))
        .filter(
            content ->
                trees.disk().places(content).stream()
                    .allMatch(place -> going.contains(place.path())))
        .toList();
  }

  private void pause(Judgement mass, String vanished, String reverted) {
    String why = what(mass, vanished, reverted);
    suspects = mass.suspects();
    reason = Optional.of(why);
    checkedAt = clock.now();
    parts.log().log(WARNING, "folder {0} paused: {1}", parts.name(), why);
    parts.tell("problem", RelPath.ROOT, Map.of("reason", why));
  }

  private String what(Judgement mass, String vanished, String reverted) {
    String resume = "`lockstep folder resume " + parts.name();
    String gone = mass.lost() == 0 ? "" : vanished;
    String old = mass.reverted() == 0 ? "" : reverted + " older versions (a restored snapshot?)";
    return "%d of %d files %s at once, and nothing was done about it yet. %s %s"
        .formatted(
            mass.affected(),
            mass.files(),
            gone + (gone.isEmpty() || old.isEmpty() ? "" : " or ") + old,
            "If it was meant: " + resume + " --accept-deletions`.",
            "If not: " + resume + " --restore` or put the files back.");
  }

  // ---- Judging ---------------------------------------------------------------------------------

  /// @param files how many there are, those that are about to go among them
  private Optional<Judgement> judge(Collection<RelPath> paths, Stroke stroke, long files) {
    Findings found = find(paths);
    List<Content> before = stroke.contents();
    long most = (long) found.vanished().size() + found.changed().size() + before.size();
    return Brake.stops(most, files)
        ? Optional.of(judge(found, before, files))
            .filter(judged -> Brake.stops(judged.affected(), judged.files()))
        : Optional.empty(); // what is dearer to find out cannot matter
  }

  private Judgement judge(Findings found, List<Content> before, long files) {
    Set<RelPath> reverted = OldNews.among(parts.ledger(), found.changed());
    found.suspects().addAll(reverted);
    var vanished = new ArrayList<>(before);
    vanished.addAll(found.vanished());
    long lost = Brake.lost(vanished, standing(vanished));
    long gone = Math.max(0, lost - found.vanished().size());
    return new Judgement(found.suspects(), lost, reverted.size(), files + gone);
  }

  private Findings find(Collection<RelPath> paths) {
    var found = new Findings();
    for (RelPath path : paths) {
      if (!accepted.contains(path)) {
        find(path, found);
      }
    }
    return found;
  }

  private void find(RelPath path, Findings found) {
    switch (decisions.decide(path)) {
      case Decision.Publish(_, Node.Absent _) -> vanishes(path, trees.applied(path).disk(), found);
      case Decision.Publish(_, Node.File now) ->
          changes(path, trees.applied(path).disk(), now, found);
      case Decision.Delete _ -> vanishes(path, trees.disk().node(path), found);
      case Decision.Download(_, Node.File next) -> {
        found.coming().add(next.content());
        changes(path, trees.disk().node(path), next, found);
      }
      default -> {}
    }
  }

  private static void vanishes(RelPath path, Node was, Findings found) {
    found.suspects().add(path);
    if (was instanceof Node.File file) {
      found.vanished().add(file.content());
    }
  }

  private static void changes(RelPath path, Node was, Node.File now, Findings found) {
    if (was instanceof Node.File && !was.sameContent(now)) {
      found.changed().put(path, now.content());
    }
  }

  /// How many files hold these contents or are about to: on the disk, or, where others moved them,
  /// in the ledger.
  private Map<Content, Integer> standing(List<Content> vanished) {
    var wanted = new HashSet<>(vanished);
    var paths = new HashMap<RelPath, Content>();
    trees
        .global()
        .forEachLive(
            (path, version) -> {
              if (version.node() instanceof Node.File file && wanted.contains(file.content())) {
                paths.put(path, file.content());
              }
            });
    paths.keySet().removeIf(path -> isGoneHere(path) || accepted.contains(path));
    trees
        .disk()
        .forEachFile(
            (path, file) -> {
              if (wanted.contains(file.content()) && !isGoneThere(path)) {
                paths.put(path, file.content());
              }
            });
    var standing = new HashMap<Content, Integer>();
    paths.values().forEach(content -> standing.merge(content, 1, Integer::sum));
    return standing;
  }

  private boolean isGoneHere(RelPath path) {
    return !trees.disk().node(path).isLive() && trees.applied(path).disk().isLive();
  }

  private boolean isGoneThere(RelPath path) {
    return !trees.global(path).isLive() && trees.applied(path).ledger().isLive();
  }

  // ---- Going on --------------------------------------------------------------------------------

  /// Goes on by itself once every file is back. (A part of them is no answer: whoever copies them
  /// back is not done yet.)
  void recheck(boolean observing) {
    if (!isOn() || observing) {
      return;
    }
    if (clock.now() - checkedAt < CHECK_EVERY) {
      clock.wakeAt(checkedAt + CHECK_EVERY);
      return;
    }
    checkedAt = clock.now();
    long files = Math.max(trees.global().files(), trees.disk().files());
    Judgement judged = judge(find(suspects), List.of(), files);
    if (judged.affected() == 0 || askedAgain && !Brake.stops(judged.affected(), files)) {
      goOn();
    }
    askedAgain = false;
  }

  private void goOn() {
    trees.replan(suspects);
    suspects = Set.of();
    reason = Optional.empty();
  }

  void resume(Resumption how) {
    switch (how) {
      case PLAIN -> askedAgain = true;
      case ACCEPT_DELETIONS -> accepted.addAll(suspects);
      case RESTORE -> suspects.forEach(this::restore);
    }
    if (how != Resumption.PLAIN && isOn()) {
      goOn();
    }
  }

  /// Has what others have stand at these paths again, however many they are.
  void takeBack(Collection<RelPath> paths) {
    accepted.addAll(paths);
    paths.forEach(this::restore);
    trees.replan(paths);
  }

  /// Makes the path look as if the unwanted side had never known it, or known it as it is now: then
  /// what the other side has is news.
  private void restore(RelPath path) {
    switch (decisions.decide(path)) {
      case Decision.Publish(_, Node.Absent _), Decision.Delete _ ->
          applying.record(path, Applied.NOTHING);
      case Decision.Publish(_, Node now) -> applying.record(path, Applied.exactly(now));
      case Decision.Download(_, Node.File next) -> applying.record(path, Applied.exactly(next));
      default -> {}
    }
  }

  /// All that was accepted has come to pass.
  void settled() {
    accepted.clear();
  }

  /// Contents of files that vanished lately, a few at a time.
  private final class Stroke {
    private final Deque<Part> lately = new ArrayDeque<>();

    private record Part(long at, List<Content> contents) {}

    void add(List<Content> contents) {
      if (!contents.isEmpty()) {
        lately.add(new Part(clock.now(), contents));
      }
    }

    List<Content> contents() {
      while (!lately.isEmpty() && clock.now() - lately.getFirst().at() > STROKE) {
        lately.removeFirst();
      }
      return lately.stream().flatMap(part -> part.contents().stream()).toList();
    }
  }
}
