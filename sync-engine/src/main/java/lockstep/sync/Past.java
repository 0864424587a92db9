package lockstep.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import lockstep.base.Blake3;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.conflict.ConflictSolver;
import lockstep.ledger.Change;
import lockstep.ledger.Entry;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;

/// All versions that the ledger holds of some paths, and what stood there at earlier moments. Read
/// from the ledger whenever somebody asks: nothing about the past is kept beside it.
final class Past {
  /// Deletes that follow each other within this time, by one writer's clock, were one act: a tree
  /// that somebody removes is published in several entries.
  private static final long ONE_ACT_MILLIS = 60_000;

  private final NavigableMap<RelPath, List<Version>> versions = new TreeMap<>();
  private final Map<Version, RelPath> sources = new HashMap<>();

  /// Puts whose entry deletes other paths too, until those are known to have held the same or not.
  private final Map<RelPath, List<Put>> suspects = new HashMap<>();

  private record Put(Version version, Node.File file) {}

  private Past() {}

  /// A path and all below it.
  static Past below(Ledger ledger, RelPath path) throws IOException {
    return of(ledger, each -> each.startsWith(path));
  }

  static Past of(Ledger ledger, Predicate<RelPath> asked) throws IOException {
    var past = new Past();
    try (var entries = ledger.entries()) {
      entries.forEach(entry -> past.read(entry, asked));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    past.versions.values().forEach(each -> each.sort(Version.PUBLICATION));
    return past;
  }

  /// Entries come newest first.
  private void read(Entry entry, Predicate<RelPath> asked) {
    if (!(entry.payload() instanceof Payload.Changes(List<Change> changes))) {
      return;
    }
    Set<RelPath> deleted = new HashSet<>();
    List<Put> puts = new ArrayList<>();
    for (Change change : changes) {
      identify(change);
      if (!change.node().isLive()) {
        deleted.add(change.path());
      }
      if (asked.test(change.path())) {
        Version version = version(entry, change);
        versions.computeIfAbsent(change.path(), _ -> new ArrayList<>()).add(version);
        if (change.node() instanceof Node.File file) {
          puts.add(new Put(version, file));
        }
      }
    }
    for (RelPath path : puts.isEmpty() ? Set.<RelPath>of() : deleted) {
      suspects.computeIfAbsent(path, _ -> new ArrayList<>()).addAll(puts);
    }
  }

  private void identify(Change change) {
    if (suspects.isEmpty() || !change.node().isLive()) {
      return;
    }
    for (Put put : suspects.getOrDefault(change.path(), List.of())) {
      if (put.file().sameContent(change.node())) {
        sources.putIfAbsent(put.version(), change.path());
      }
    }
    suspects.remove(change.path());
  }

  private static Version version(Entry entry, Change change) {
    return new Version(
        entry.writer(),
        entry.sequence(),
        entry.clock(),
        entry.hash(),
        entry.wallTime(),
        change.node(),
        change.base().with(entry.writer(), entry.sequence()),
        change.epoch());
  }

  /// In publication order.
  List<Version> versions(RelPath path) {
    return versions.getOrDefault(path, List.of());
  }

  Set<RelPath> paths() {
    return versions.keySet();
  }

  /// The path that lost this content when the version was put.
  Optional<RelPath> source(Version version) {
    return Optional.ofNullable(sources.get(version));
  }

  /// Everything that stood here when just the versions that `known` accepts had been made, a
  /// directory before what it holds. By the rule by which the tree of today is made.
  NavigableMap<RelPath, Version> tree(Predicate<Version> known) {
    var tree = new TreeMap<RelPath, Version>();
    versions.forEach(
        (path, all) -> {
          List<Version> then = all.stream().filter(known).toList();
          if (!then.isEmpty()) {
            Version official = ConflictSolver.resolve(then).official();
            if (official.node().isLive()) {
              tree.put(path, official);
            }
          }
        });
    return tree;
  }

  static Predicate<Version> until(Instant moment) {
    return version -> !version.savedAt().isAfter(moment);
  }

  static Predicate<Version> upTo(Version last) {
    return version -> Version.PUBLICATION.compare(version, last) <= 0;
  }

  /// Up to just before a deletion, and before those of what was in the deleted directory.
  Predicate<Version> before(Version deletion) {
    Set<Blake3> act = new HashSet<>();
    Version first = deletion;
    for (Version each : deletesBackFrom(deletion)) {
      long between = first.savedAt().toEpochMilli() - each.savedAt().toEpochMilli();
      if (between > ONE_ACT_MILLIS) {
        break;
      }
      first = each;
      act.add(each.entry());
    }
    return version ->
        Version.PUBLICATION.compare(version, deletion) < 0
            && (version.node().isLive() || !act.contains(version.entry()));
  }

  private List<Version> deletesBackFrom(Version deletion) {
    return versions.values().stream()
        .flatMap(List::stream)
        .filter(version -> !version.node().isLive())
        .filter(version -> version.writer().equals(deletion.writer()))
        .filter(version -> version.sequence() <= deletion.sequence())
        .sorted(Version.PUBLICATION.reversed())
        .toList();
  }
}
