package lockstep.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.conflict.ConflictName;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import lockstep.testkit.SemanticsTable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/// The column "both published" of docs/semantics.md, row by row, whoever acts and in whatever order
/// it arrives.
class SemanticsTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 1);

  @TempDir private Path directory;

  @ParameterizedTest
  @SeedSource(count = 2)
  void what_raced_in_flight_ends_as_the_table_says(long seed) throws IOException {
    var gen = new Gen(seed);
    int number = 0;
    for (SemanticsTable.Row row : SemanticsTable.rows()) {
      try (var cluster = new Cluster(directory.resolve(seed + "-" + number++))) {
        check(row, cluster, gen);
      }
    }
  }

  private void check(SemanticsTable.Row row, Cluster cluster, Gen gen) throws IOException {
    boolean swapped = gen.chance(50);
    var one = cluster.join(Role.READ_WRITE);
    var two = cluster.join(Role.READ_WRITE);
    var first = swapped ? two : one;
    var second = swapped ? one : two;
    publish(cluster.first(), Map.of(), row.treeBefore());
    first.pull(cluster.first());
    second.pull(cluster.first());

    publish(first, row.treeBefore(), row.afterFirst());
    while (second.ledger().clock() <= first.ledger().clock()) {
      second.edit("z", "runs ahead " + second.ledger().clock());
    }
    publish(second, row.treeBefore(), row.afterSecond());
    if (gen.chance(50)) {
      cluster.first().pull(first);
      cluster.first().pull(second);
    } else {
      cluster.first().pull(second);
      cluster.first().pull(first);
    }
    first.pull(second);
    second.pull(first);

    String firstName = "dev" + (swapped ? 2 : 1);
    String secondName = "dev" + (swapped ? 1 : 2);
    var expected = new TreeMap<String, Node>();
    SemanticsTable.tree(row.inFlight())
        .forEach((path, value) -> expected.put(named(path, firstName, secondName), node(value)));
    for (var device : cluster.devices()) {
      assertThat(tree(device)).as(row.toString()).isEqualTo(expected);
    }
  }

  private static String named(String path, String first, String second) {
    int mark = path.indexOf('~');
    if (mark < 0) return path;
    String device = path.endsWith("~first") ? first : second;
    return ConflictName.of(RelPath.of(path.substring(0, mark)), device, DAY, 1).toString();
  }

  private static void publish(
      Cluster.Device device, Map<String, String> before, Map<String, String> after)
      throws IOException {
    List<Change> changes = new ArrayList<>();
    var paths = new TreeSet<>(before.keySet());
    paths.addAll(after.keySet());
    for (String each : paths) {
      Node was = node(before.getOrDefault(each, ""));
      Node is = node(after.getOrDefault(each, ""));
      if (!was.equals(is)) {
        RelPath path = RelPath.of(each);
        changes.add(new Change(path, is, device.ledger().global().known(path)));
      }
    }
    if (!changes.isEmpty()) device.ledger().append(List.of(new Payload.Changes(changes)));
  }

  private static Node node(String value) {
    if (value.isEmpty()) return Node.ABSENT;
    if (value.equals("/")) return new Node.Directory(0755);
    if (value.startsWith("->")) return new Node.Symlink(value.substring(2));
    String text = value.replace("@touched", "");
    Node.File file = (Node.File) Cluster.file(text);
    return text.equals(value) ? file : new Node.File(file.content(), 2_000_000_000L, 0600);
  }

  private static Map<String, Node> tree(Cluster.Device device) {
    var tree = new TreeMap<String, Node>();
    device
        .ledger()
        .global()
        .forEachLive(
            (path, version) -> {
              if (!path.toString().equals("z")) tree.put(path.toString(), version.node());
            });
    return tree;
  }
}
