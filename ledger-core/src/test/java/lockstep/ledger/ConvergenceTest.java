package lockstep.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import lockstep.conflict.ConflictSolver;
import lockstep.recovery.Disks;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/// Several writers edit, delete and create the same few names, each knowing only part of what the
/// others did.
class ConvergenceTest {
  private static final List<String> NAMES =
      List.of("a", "b", "a/x", "a/x/y", "d/n.txt", "d", "a (conflict dev1 2026-03-01)");

  @TempDir private Path directory;

  @ParameterizedTest
  @SeedSource(count = 60)
  void every_order_of_delivery_gives_the_same_tree(long seed) throws IOException {
    var gen = new Gen(seed);
    try (var cluster = new Cluster(directory.resolve("s" + seed))) {
      work(gen, new Gen(~seed), cluster);
      for (var device : cluster.devices()) {
        for (var other : cluster.devices()) device.pull(other);
      }
      for (var other : cluster.devices()) cluster.first().pull(other);

      var expected = cluster.first().tree();
      var conflicts = Set.copyOf(cluster.first().ledger().global().conflicts());
      var open = cluster.first().ledger().global().openConflicts();
      assertThat(open).containsAll(conflicts);
      for (var device : cluster.devices()) {
        for (var other : cluster.devices()) device.pull(other);
        assertThat(device.tree()).isEqualTo(expected);
        device.reopen();
        assertThat(device.ledger().global().openConflicts()).isEqualTo(open);
        assertThat(device.tree()).isEqualTo(expected);
        assertThat(Set.copyOf(device.ledger().global().conflicts())).isEqualTo(conflicts);
      }
      shuffled(gen, cluster, directory.resolve("t" + seed), expected);
      checkCounts(cluster.first().ledger().global());
      checkIsTree(expected);
      checkNothingLost(cluster.first().ledger());
    }
  }

  private void work(Gen gen, Gen locks, Cluster cluster) throws IOException {
    for (int i = 0; i < 3; i++) cluster.join(Role.READ_WRITE);
    for (int i = gen.between(5, 40); i > 0; i--) {
      var device = gen.pick(cluster.devices());
      if (gen.chance(30)) {
        device.pull(gen.pick(cluster.devices()));
      } else {
        change(gen, locks, device);
      }
    }
  }

  private void change(Gen gen, Gen locks, Cluster.Device device) throws IOException {
    String path = gen.chance(70) ? gen.pick(NAMES) : existing(gen, device);
    switch (gen.between(0, 5)) {
      case 0, 1 -> device.delete(path);
      case 2 -> device.change(path, new Node.Directory(0700));
      case 3 -> device.change(path, new Node.Symlink("to" + gen.between(0, 2)));
      default ->
          device.change(
              path,
              Cluster.file("c" + gen.between(0, 5)),
              locks.chance(30) ? locks.between(1, 3) : 0);
    }
  }

  private static String existing(Gen gen, Cluster.Device device) {
    var tree = device.tree();
    return tree.isEmpty() ? "a" : gen.pick(List.copyOf(tree.keySet()));
  }

  /// Delivers all entries to a newcomer, any order that keeps dependencies, some at a time; what
  /// `changed` reports must be enough to follow the tree.
  private void shuffled(Gen gen, Cluster cluster, Path home, Map<String, Version> expected)
      throws IOException {
    var first = cluster.first();
    var entries = first.ledger().entries().toList().reversed();
    List<Entry> left = new ArrayList<>(entries.subList(1, entries.size()));
    Files.createDirectories(home);
    var genesis = List.of(entries.getFirst().encoded());
    try (var ledger =
        Ledger.join(
            Disks.open(home), first.key(), first.ledger().folderId(), genesis, cluster.time())) {
      var followed = new TreeMap<String, Version>();
      while (!left.isEmpty()) {
        List<byte[]> batch = nextBatch(gen, ledger.frontier(), left);
        for (RelPath path : ledger.accept(batch).changed()) {
          follow(ledger.global(), path, followed);
        }
      }
      assertThat(followed).isEqualTo(expected);
    }
  }

  private static void follow(GlobalTree global, RelPath path, Map<String, Version> followed) {
    Optional<Version> now = global.get(path).filter(version -> version.node().isLive());
    now.ifPresentOrElse(
        version -> followed.put(path.toString(), version), () -> followed.remove(path.toString()));
  }

  private static List<byte[]> nextBatch(Gen gen, VersionVector known, List<Entry> left) {
    VersionVector frontier = known;
    List<byte[]> batch = new ArrayList<>();
    for (int i = gen.between(1, 6); i > 0 && !left.isEmpty(); i--) {
      VersionVector now = frontier;
      Entry entry = gen.pick(left.stream().filter(e -> isReady(e, now)).toList());
      left.remove(entry);
      batch.add(entry.encoded());
      frontier = frontier.with(entry.writer(), entry.sequence());
    }
    return batch;
  }

  private static boolean isReady(Entry entry, VersionVector known) {
    return known.get(entry.writer()) == entry.sequence() - 1
        && entry.body().seen().stream()
            .allMatch(head -> known.includes(head.writer(), head.sequence()));
  }

  private static void checkCounts(GlobalTree tree) {
    long[] counts = new long[3];
    tree.forEachLive(
        (path, version) -> {
          assertThat(tree.get(path)).contains(version);
          switch (version.node()) {
            case Node.File file -> {
              counts[0]++;
              counts[2] += file.content().size();
            }
            case Node.Symlink _ -> counts[0]++;
            case Node.Directory _ -> counts[1]++;
            case Node.Absent _ -> throw new AssertionError("dead " + path);
          }
        });
    assertThat(counts).containsExactly(tree.files(), tree.directories(), tree.bytes());
  }

  private static void checkIsTree(Map<String, Version> tree) {
    for (String path : tree.keySet()) {
      for (RelPath up = RelPath.of(path).parent(); !up.isRoot(); up = up.parent()) {
        Version above = tree.get(up.toString());
        assertThat(above == null || above.node() instanceof Node.Directory).as(path).isTrue();
      }
    }
  }

  /// Every content that nobody deliberately replaced or deleted is there under some name.
  private static void checkNothingLost(Ledger ledger) {
    Set<Node> visible = new HashSet<>();
    ledger.global().forEachLive((_, version) -> visible.add(version.node()));
    Map<String, List<Version>> all = new TreeMap<>();
    Set<Object> settled = new HashSet<>();
    ledger
        .entries()
        .filter(entry -> entry.payload() instanceof Payload.Changes)
        .forEach(
            entry -> {
              for (Change change : ((Payload.Changes) entry.payload()).changes()) {
                settled.addAll(change.base().counters().keySet());
                all.computeIfAbsent(change.path().toString(), _ -> new ArrayList<>())
                    .add(version(entry, change));
              }
            });
    all.forEach(
        (path, versions) -> {
          for (Version version : versions) {
            boolean known = wasReplaced(version, versions);
            boolean isSettled = settled.contains(CopyMark.of(version, RelPath.of(path)));
            boolean content =
                version.node() instanceof Node.File || version.node() instanceof Node.Symlink;
            if (content && !known && !isSettled) {
              assertThat(visible.stream().anyMatch(node -> node.sameContent(version.node())))
                  .as("%s of %s in %s", version.node(), path, visible)
                  .isTrue();
            }
          }
        });
  }

  /// Whether somebody who had this content under the name published something else there.
  private static boolean wasReplaced(Version version, List<Version> versions) {
    return versions.stream()
        .map(later -> versions.stream().filter(v -> !v.equals(later) && later.supersedes(v)))
        .map(Stream::toList)
        .filter(known -> !known.isEmpty())
        .map(known -> ConflictSolver.resolve(known).official())
        .anyMatch(seen -> seen.node().sameContent(version.node()));
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
}
