package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Entropy;
import lockstep.base.Node;
import lockstep.base.PrivateKey;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.TimeSource;
import lockstep.base.VersionVector;
import lockstep.conflict.ConflictName;
import lockstep.ledger.Change;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;
import lockstep.recovery.Disks;
import lockstep.testkit.SemanticsTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The column "not published yet" of docs/semantics.md, row by row: the planner over a real ledger
/// and a disk that is a map.
class SemanticsTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 1);

  @TempDir private Path directory;

  @Test
  void what_came_late_ends_as_the_table_says() throws IOException {
    int number = 0;
    for (SemanticsTable.Row row : SemanticsTable.rows()) {
      Path home = directory.resolve("r" + number++);
      try (var first = create(Files.createDirectories(home.resolve("first")));
          var second = join(first, Files.createDirectories(home.resolve("second")))) {
        check(row, first, second);
      }
    }
  }

  private void check(SemanticsTable.Row row, Ledger first, Ledger second) throws IOException {
    Map<RelPath, Node> before = nodes(row.treeBefore());
    publish(first, new TreeMap<>(), before);
    pull(second, first);
    publish(first, before, nodes(row.afterFirst()));
    pull(second, first);

    var late = new Late(second, before, nodes(row.afterSecond()));
    late.settle();

    var expected = new TreeMap<RelPath, Node>();
    SemanticsTable.tree(row.late())
        .forEach((path, value) -> expected.put(named(path), node(value)));
    assertThat(late.disk).as("disk of " + row).isEqualTo(expected);
    var global = new TreeMap<RelPath, Node>();
    second.global().forEachLive((path, version) -> global.put(path, version.node()));
    assertThat(global).as("ledger of " + row).isEqualTo(expected);
  }

  /// A device that has a change of its own when another's arrives.
  private static final class Late {
    private static final int ROUNDS_MAX = 20;

    private final Ledger ledger;
    private final Map<RelPath, Node> applied;
    private final TreeMap<RelPath, Node> disk;

    Late(Ledger ledger, Map<RelPath, Node> applied, Map<RelPath, Node> disk) {
      this.ledger = ledger;
      this.applied = new HashMap<>(applied);
      this.disk = new TreeMap<>(disk);
    }

    /// Rounds of planning and publishing, as the folder's loop has them, until nothing is to do.
    void settle() throws IOException {
      for (int round = 0; round < ROUNDS_MAX; round++) {
        var publish = new ArrayList<RelPath>();
        boolean done = true;
        for (RelPath path : paths()) {
          Decision decision = decide(path);
          done &= decision instanceof Decision.Nothing;
          if (decision instanceof Decision.Publish) {
            publish.add(path);
          } else {
            carryOut(decision);
          }
        }
        if (done) {
          return;
        }
        publish(publish);
      }
      throw new AssertionError("it does not come to rest: " + disk);
    }

    private TreeSet<RelPath> paths() {
      var paths = new TreeSet<>(disk.keySet());
      paths.addAll(applied.keySet());
      ledger.global().forEachLive((path, _) -> paths.add(path));
      return paths;
    }

    private Decision decide(RelPath path) {
      Node global = ledger.global().get(path).map(v -> v.node()).orElse(Node.ABSENT);
      Node here = disk.getOrDefault(path, Node.ABSENT);
      return Planner.decide(
          path, global, here, Applied.exactly(applied.getOrDefault(path, Node.ABSENT)));
    }

    private void carryOut(Decision decision) {
      switch (decision) {
        case Decision.Accept(RelPath path, Node node) -> apply(path, node);
        case Decision.Download(RelPath path, Node.File file) -> apply(path, file);
        case Decision.MakeDirectory(RelPath path, Node.Directory made) -> apply(path, made);
        case Decision.MakeSymlink(RelPath path, Node.Symlink link) -> apply(path, link);
        case Decision.SetMetadata(RelPath path, Node node) -> apply(path, node);
        case Decision.Delete(RelPath path) -> apply(path, Node.ABSENT);
        case Decision.KeepBoth(RelPath path, _) -> moveAside(path);
        case Decision.Nothing _,
            Decision.Publish _,
            Decision.SetAside _,
            Decision.Taken _,
            Decision.Ignored _,
            Decision.Wait _ -> {}
      }
    }

    /// A directory that holds something makes no way.
    private void apply(RelPath path, Node node) {
      boolean holds = disk.keySet().stream().anyMatch(p -> p.parent().equals(path));
      if (holds && !(node instanceof Node.Directory)) {
        return;
      }
      if (node.isLive()) {
        disk.put(path, node);
      } else {
        disk.remove(path);
      }
      applied.put(path, node);
    }

    private void moveAside(RelPath path) {
      RelPath copy = ConflictName.of(path, "second", DAY, 1);
      for (RelPath each : List.copyOf(disk.keySet())) {
        if (each.startsWith(path)) {
          disk.put(each.rebase(path, copy), disk.remove(each));
        }
      }
      applied.remove(path);
    }

    private void publish(List<RelPath> paths) throws IOException {
      var changes = new ArrayList<Change>();
      for (RelPath path : paths) {
        if (decide(path) instanceof Decision.Publish(_, Node node)) {
          changes.add(new Change(path, node, ledger.global().known(path)));
          applied.put(path, node);
        }
      }
      if (!changes.isEmpty()) {
        ledger.append(List.of(new Payload.Changes(changes)));
      }
    }
  }

  private static Ledger create(Path home) throws IOException {
    return Ledger.create(Disks.open(home), key(1), "work", "first", time(), Entropy.system());
  }

  private static Ledger join(Ledger first, Path home) throws IOException {
    first.append(
        List.of(
            new Payload.Grant(key(2).publicKey(), Role.READ_WRITE, "second", Optional.empty())));
    var entries = first.since(VersionVector.EMPTY, Long.MAX_VALUE).entries();
    return Ledger.join(Disks.open(home), key(2), first.folderId(), entries, time());
  }

  private static void pull(Ledger to, Ledger from) throws IOException {
    to.accept(from.since(to.frontier(), Long.MAX_VALUE).entries());
  }

  private static void publish(Ledger ledger, Map<RelPath, Node> before, Map<RelPath, Node> after)
      throws IOException {
    var paths = new TreeSet<>(before.keySet());
    paths.addAll(after.keySet());
    var changes = new ArrayList<Change>();
    for (RelPath path : paths) {
      Node is = after.getOrDefault(path, Node.ABSENT);
      if (!before.getOrDefault(path, Node.ABSENT).equals(is)) {
        changes.add(new Change(path, is, ledger.global().known(path)));
      }
    }
    if (!changes.isEmpty()) {
      ledger.append(List.of(new Payload.Changes(changes)));
    }
  }

  private static PrivateKey key(int number) {
    byte[] seed = new byte[PrivateKey.SEED_LENGTH];
    seed[0] = (byte) number;
    return PrivateKey.ofSeed(seed);
  }

  private static TimeSource time() {
    return new TimeSource() {
      @Override
      public Instant wallTime() {
        return Instant.parse("2026-03-01T12:00:00Z");
      }

      @Override
      public long monotonicNanos() {
        return 0;
      }
    };
  }

  private static Map<RelPath, Node> nodes(Map<String, String> tree) {
    var nodes = new TreeMap<RelPath, Node>();
    tree.forEach((path, value) -> nodes.put(RelPath.of(path), node(value)));
    return nodes;
  }

  private static RelPath named(String path) {
    int mark = path.indexOf('~');
    if (mark < 0) {
      return RelPath.of(path);
    }
    int end = path.indexOf('/', mark);
    String device = path.substring(mark + 1, end < 0 ? path.length() : end);
    RelPath copy = ConflictName.of(RelPath.of(path.substring(0, mark)), device, DAY, 1);
    return end < 0 ? copy : RelPath.of(copy + path.substring(end));
  }

  private static Node node(String value) {
    if (value.equals("/")) {
      return new Node.Directory(0755);
    }
    if (value.startsWith("->")) {
      return new Node.Symlink(value.substring(2));
    }
    String text = value.replace("@touched", "");
    var content = new Content(text.length(), Blake3.of(text.getBytes()));
    return text.equals(value)
        ? new Node.File(content, 1_000_000_007L, 0644)
        : new Node.File(content, 2_000_000_000L, 0600);
  }
}
