package lockstep.sync;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.RelPath;
import lockstep.ledger.Conflict;

/// The conflict copies that *Global* has at one moment.
///
/// @param byPath by the name that they lost
/// @param byCopy by the name that they have
record Contests(Map<RelPath, List<Conflict>> byPath, Map<RelPath, Conflict> byCopy) {
  static Contests of(List<Conflict> conflicts) {
    var byPath = new HashMap<RelPath, List<Conflict>>();
    var byCopy = new HashMap<RelPath, Conflict>();
    for (Conflict conflict : conflicts) {
      byPath.merge(conflict.path(), List.of(conflict), Contests::plus);
      byCopy.put(conflict.copyPath(), conflict);
    }
    return new Contests(byPath, byCopy);
  }

  private static List<Conflict> plus(List<Conflict> some, List<Conflict> more) {
    return java.util.stream.Stream.concat(some.stream(), more.stream()).toList();
  }

  /// The copies of versions that lost this name.
  List<Conflict> of(RelPath path) {
    return byPath.getOrDefault(path, List.of());
  }

  /// The conflict whose copy stands under this name.
  Optional<Conflict> at(RelPath copy) {
    return Optional.ofNullable(byCopy.get(copy));
  }
}
