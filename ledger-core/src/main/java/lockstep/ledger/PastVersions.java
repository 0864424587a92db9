package lockstep.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which entries stated the versions of a row before the one it holds: two words for each
/// superseded version, nothing for a path with a single one. Only a race asks for them.
final class PastVersions {
  private final Columns.Ints heads = new Columns.Ints(); // link + 1, 0: none
  private final Columns.Ints nexts = new Columns.Ints();
  private final Columns.Refs<Origin> origins = new Columns.Refs<>();
  private int links;

  /// Complete lists of the rows that ever saw a race.
  private final Map<Integer, List<Origin>> raced = new HashMap<>();

  /// Notes that `current` is superseded by `next`.
  void add(int row, Origin current, Origin next) {
    List<Origin> all = raced.isEmpty() ? null : raced.get(row);
    if (all != null) {
      all.add(next);
      return;
    }
    nexts.set(links, heads.get(row));
    origins.set(links, current);
    heads.set(row, ++links);
  }

  /// Notes a version that raced with `current`.
  void race(int row, @Nullable Origin current, Origin next) {
    raced.computeIfAbsent(row, _ -> linked(row, current)).add(next);
  }

  private List<Origin> linked(int row, @Nullable Origin current) {
    List<Origin> all = new ArrayList<>();
    if (current != null) all.add(current);
    for (int link = heads.get(row); link != 0; link = nexts.get(link - 1)) {
      Origin origin = origins.get(link - 1);
      if (origin != null) all.add(origin);
    }
    return all;
  }

  /// All versions of a row that saw a race.
  List<Origin> all(int row) {
    return raced.getOrDefault(row, List.of());
  }
}
