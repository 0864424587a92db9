package lockstep.sync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.lease.Leases;
import lockstep.lease.Lock;
import lockstep.lease.Standing;
import lockstep.lease.Strength;

/// The locks as people are shown them: never more than is known.
record LockView(
    FolderParts parts, Trees trees, Standings standings, HandOver handOver, Leases leases) {
  /// The lock on a path, if there is one.
  Optional<FileLock> of(RelPath path) {
    return switch (standings.of(path)) {
      case Standing.Free _ -> Optional.empty();
      case Standing.Mine(Lock lock, Strength strength, _) -> Optional.of(of(lock, strength, true));
      case Standing.Theirs(Lock lock, Strength strength) -> Optional.of(of(lock, strength, false));
    };
  }

  List<FileLock> all() {
    return standings.paths().stream().sorted().flatMap(path -> of(path).stream()).toList();
  }

  private FileLock of(Lock lock, Strength strength, boolean mine) {
    long now = parts.time().bootNanos();
    var ends =
        leases
            .leaseEnds(lock.path())
            .map(at -> parts.time().wallTime().plus(Duration.ofNanos(Math.max(0, at - now))));
    return new FileLock(
        parts.name(),
        lock.path().toString(),
        lock.holder(),
        parts.ledger().nameOf(lock.holder().key()),
        lock.request().since(),
        ends,
        mine,
        lock.request().note(),
        shown(strength),
        promised(strength),
        voters(),
        asks(lock.path()));
  }

  private List<FileLock.Ask> asks(RelPath path) {
    return standings.asks(path).entrySet().stream()
        .map(ask -> new FileLock.Ask(parts.ledger().nameOf(ask.getKey().key()), ask.getValue()))
        .toList();
  }

  private static FileLock.Strength shown(Strength strength) {
    return switch (strength) {
      case Strength.Requested _ -> FileLock.Strength.REQUESTED;
      case Strength.Soft _ -> FileLock.Strength.SOFT;
      case Strength.Firm _ -> FileLock.Strength.FIRM;
      case Strength.Unconfirmed _ -> FileLock.Strength.UNCONFIRMED;
    };
  }

  private static int promised(Strength strength) {
    return switch (strength) {
      case Strength.Soft(int count, _) -> count;
      case Strength.Firm(int count, _) -> count;
      case Strength.Requested _, Strength.Unconfirmed _ -> 1;
    };
  }

  private int voters() {
    return (int)
        parts.ledger().members().current().values().stream()
            .filter(member -> member.role().mayWrite())
            .count();
  }

  /// What `why` says of it, before all else.
  List<String> why(RelPath path) {
    Optional<FileLock> lock = of(path);
    if (lock.isEmpty()) {
      return handOver.awaited(path).isPresent()
          ? List.of("read-only: the last version of whoever worked on it is on its way here")
          : List.of();
    }
    String note = lock.get().note().isEmpty() ? "" : " (" + lock.get().note() + ")";
    String who = lock.get().mine() ? "this device" : lock.get().ownerName();
    String head = "locked by " + who + " since " + lock.get().since() + note;
    var lines = new ArrayList<>(List.of(lock.get().mine() ? head : head + consequence(path)));
    lock.get().asks().forEach(ask -> lines.add(asked(ask)));
    return lines;
  }

  private static String asked(FileLock.Ask ask) {
    return ask.name() + " asks for it" + (ask.note().isEmpty() ? "" : ": " + ask.note());
  }

  private String consequence(RelPath path) {
    boolean here = trees.disk().node(path) instanceof Node.File;
    return !here || parts.seals().has(path)
        ? ": read-only here until then; what is saved all the same becomes a conflict copy"
        : ": what is saved here meanwhile becomes a conflict copy";
  }
}
