package lockstep.ledger;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import lockstep.base.Node;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;
import lockstep.conflict.ConflictName;
import lockstep.conflict.Resolution;
import org.jspecify.annotations.Nullable;

/// Where the conflict copies stand.
///
/// All copies are placed anew, in the order of their marks, whenever something happened that their
/// places may depend on, so that the outcome never depends on the order of events. Each takes the
/// first number at which nothing else lives. A copy is settled, and gone for good, once any change
/// was based on its mark.
final class CopyPlaces {
  /// @param lost row of the name that it lost
  /// @param mark its own writer, see [CopyMark]
  record Copy(int lost, Version loser, WriterId mark) {
    Version version(VersionVector historyThere) {
      return new Version(
          mark,
          1,
          loser.clock(),
          loser.entry(),
          loser.savedAt(),
          loser.node(),
          historyThere.with(mark, 1));
    }
  }

  private final TreeState tree;
  private final Map<Integer, Copy> placed = new LinkedHashMap<>();
  private final Set<WriterId> settled = new HashSet<>();

  /// Rows that the placing looked at.
  private final Set<Integer> looked = new HashSet<>();

  private boolean stale;

  CopyPlaces(TreeState tree) {
    this.tree = tree;
  }

  @Nullable Copy at(int row) {
    return placed.isEmpty() ? null : placed.get(row);
  }

  Copy existing(int row) {
    return Objects.requireNonNull(placed.get(row));
  }

  /// The row at which the copy of a version stands that lost its name.
  Optional<Integer> of(Version loser, int lost) {
    return placed.entrySet().stream()
        .filter(entry -> entry.getValue().lost() == lost)
        .filter(entry -> entry.getValue().loser().entry().equals(loser.entry()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  @Nullable Node nodeAt(int row) {
    Copy copy = at(row);
    return copy == null ? null : copy.loser().node();
  }

  /// Says that what is to be placed may have changed.
  void touch() {
    stale = true;
  }

  /// Says that something changed at a row.
  void touch(int row) {
    stale |= !looked.isEmpty() && looked.contains(row);
  }

  /// Notes the copies that a change was based on.
  void settle(VersionVector base) {
    for (WriterId writer : base.counters().keySet()) {
      if (CopyMark.isMark(writer)) stale |= settled.add(writer);
    }
  }

  /// A copy may keep a directory alive and so displace a file, which is then to be placed as well:
  /// the set of displaced files grows until it is stable.
  void place(Function<PublicKey, String> names, Consumer<RelPath> changed) {
    if (!stale) return;
    Set<Integer> displaced = new HashSet<>();
    do {
      clear(changed);
      displaced.addAll(tree.displaced());
      for (Copy copy : toPlace(displaced)) {
        place(copy, names.apply(copy.loser().writer().device()), changed);
      }
    } while (displaced.addAll(tree.displaced()));
    stale = false;
  }

  private void clear(Consumer<RelPath> changed) {
    looked.clear();
    for (int row : List.copyOf(placed.keySet())) {
      tree.place(row, () -> placed.remove(row), changed);
    }
  }

  private Collection<Copy> toPlace(Set<Integer> displaced) {
    List<Copy> copies = new ArrayList<>();
    for (Map.Entry<Integer, Resolution> contest : tree.contests().entrySet()) {
      for (Version loser : contest.getValue().copies()) {
        add(contest.getKey(), loser, copies);
      }
    }
    for (int row : displaced) {
      add(row, tree.official(row), copies);
    }
    copies.sort(Comparator.comparing(Copy::mark));
    return copies;
  }

  private void add(int row, Version loser, List<Copy> copies) {
    WriterId mark = CopyMark.of(loser, tree.paths().path(row));
    if (!settled.contains(mark)) copies.add(new Copy(row, loser, mark));
  }

  private void place(Copy copy, String device, Consumer<RelPath> changed) {
    LocalDate date = LocalDate.ofInstant(copy.loser().savedAt(), ZoneOffset.UTC);
    RelPath lost = tree.paths().path(copy.lost());
    int row;
    int number = 0;
    do {
      row = tree.paths().intern(ConflictName.of(lost, device, date, ++number));
      looked.add(row);
    } while (tree.isLive(row));
    int free = row;
    tree.place(free, () -> placed.put(free, copy), changed);
  }

  List<Conflict> conflicts() {
    List<Conflict> conflicts = new ArrayList<>();
    placed.forEach(
        (row, copy) ->
            conflicts.add(
                new Conflict(
                    tree.paths().path(copy.lost()),
                    tree.paths().path(row),
                    tree.official(copy.lost()),
                    copy.loser())));
    return conflicts;
  }
}
