package lockstep.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import lockstep.base.Blake3;
import lockstep.base.PublicKey;
import lockstep.base.Role;
import lockstep.recovery.Disks;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/// Homes are copied and used twice, while honest devices work on with whichever branch they saw.
class ForkConvergenceTest {
  private static final List<String> SHARED = List.of("a", "b", "d/x", "d");

  @TempDir private Path directory;
  private int files;

  @ParameterizedTest
  @SeedSource(count = 25)
  void all_come_to_hold_the_same_whoever_saw_which_branch(long seed) throws IOException {
    var gen = new Gen(seed);
    try (var cluster = new Cluster(directory.resolve("s" + seed))) {
      for (int i = 0; i < 4; i++) cluster.join(Role.READ_WRITE);
      for (var device : cluster.devices()) device.pull(cluster.first());
      work(gen, cluster, cluster.devices(), gen.between(0, 12));
      Set<PublicKey> forked = fork(gen, cluster);
      work(gen, cluster, cluster.devices(), gen.between(5, 40));
      List<Cluster.Device> honest =
          cluster.devices().stream()
              .filter(device -> !forked.contains(device.key().publicKey()))
              .toList();
      Set<String> seen = ownFiles(honest);
      meet(honest);

      Map<String, String> contents = honest.getFirst().contents();
      for (var device : honest) checkSame(device, contents);
      assertThat(contents.keySet()).containsAll(seen);
      shuffled(gen, cluster, directory.resolve("t" + seed), contents);
      quarantineHolds(cluster, honest);
      healingEndsIt(cluster, forked);
    }
  }

  private static Set<PublicKey> fork(Gen gen, Cluster cluster) throws IOException {
    Set<PublicKey> forked = new HashSet<>();
    var all = List.copyOf(cluster.devices());
    for (int copies = gen.between(1, 3); copies > 0; copies--) {
      // Never the admin, who is to heal them, and never all others.
      var device = all.get(gen.between(1, 2));
      forked.add(device.key().publicKey());
      cluster.copy(device);
    }
    return forked;
  }

  private void work(Gen gen, Cluster cluster, List<Cluster.Device> at, int steps)
      throws IOException {
    for (int i = steps; i > 0; i--) {
      var device = gen.pick(at);
      switch (gen.between(0, 4)) {
        case 0 -> device.meet(gen.pick(cluster.devices()));
        case 1 -> device.pull(gen.pick(cluster.devices()));
        case 2 -> device.edit("own/" + files++, "kept");
        case 3 -> device.delete(gen.pick(SHARED));
        default -> device.edit(gen.pick(SHARED), "c" + gen.between(0, 5));
      }
    }
  }

  private static Set<String> ownFiles(List<Cluster.Device> devices) {
    Set<String> files = new HashSet<>();
    for (var device : devices) {
      device.tree().keySet().stream().filter(path -> path.startsWith("own/")).forEach(files::add);
    }
    return files;
  }

  private static void pull(List<Cluster.Device> devices) throws IOException {
    for (int round = 0; round < 3; round++) {
      for (var device : devices) {
        for (var other : devices) device.pull(other);
      }
    }
  }

  private static void meet(List<Cluster.Device> devices) throws IOException {
    for (int round = 0; round < 4; round++) {
      for (var device : devices) {
        for (var other : devices) device.meet(other);
      }
    }
  }

  private static void checkSame(Cluster.Device device, Map<String, String> contents)
      throws IOException {
    assertThat(device.contents()).isEqualTo(contents);
    var forks = Set.copyOf(device.ledger().forks());
    device.reopen();
    assertThat(device.contents()).isEqualTo(contents);
    assertThat(Set.copyOf(device.ledger().forks())).isEqualTo(forks);
    assertThat(device.ledger().verify().problems()).isEmpty();
  }

  /// Delivers all entries to a newcomer, in any order that keeps dependencies, some at a time.
  private void shuffled(Gen gen, Cluster cluster, Path home, Map<String, String> expected)
      throws IOException {
    var first = cluster.first().ledger();
    List<Entry> left = new ArrayList<>(first.entries().toList().reversed());
    var genesis = List.of(left.removeFirst().encoded());
    Set<Blake3> sent = new HashSet<>(Set.of(first.folderId()));
    Files.createDirectories(home);
    try (var ledger =
        Ledger.join(
            Disks.open(home), cluster.stranger(), first.folderId(), genesis, cluster.time())) {
      while (!left.isEmpty()) {
        List<byte[]> batch = new ArrayList<>();
        for (int i = gen.between(1, 6); i > 0 && !left.isEmpty(); i--) {
          Entry entry = gen.pick(left.stream().filter(e -> isReady(e, sent)).toList());
          left.remove(entry);
          sent.add(entry.hash());
          batch.add(entry.encoded());
        }
        ledger.accept(batch);
      }
      var contents = new TreeMap<String, String>();
      ledger
          .global()
          .forEachLive((path, v) -> contents.put(path.toString(), v.node() + " by " + v.entry()));
      assertThat(contents).isEqualTo(expected);
      assertThat(Set.copyOf(ledger.heads())).isEqualTo(Set.copyOf(first.heads()));
    }
  }

  private static boolean isReady(Entry entry, Set<Blake3> sent) {
    return sent.containsAll(entry.previous().stream().toList())
        && entry.body().seen().stream().allMatch(head -> sent.contains(head.hash()));
  }

  private void quarantineHolds(Cluster cluster, List<Cluster.Device> honest) throws IOException {
    Set<PublicKey> quarantined = Forks.devices(cluster.first().ledger().forks());
    for (var device : cluster.devices()) {
      if (!quarantined.contains(device.key().publicKey())) continue;
      device.edit("late/" + files++, "kept");
      for (var other : honest) {
        other.meet(device);
        assertThat(other.tree().keySet()).noneMatch(path -> path.startsWith("late"));
      }
    }
  }

  /// Nobody writes meanwhile but the admin: as long as two homes write as one device, it forks
  /// anew.
  private static void healingEndsIt(Cluster cluster, Set<PublicKey> forked) throws IOException {
    for (int round = 0; round < 4; round++) {
      pull(cluster.devices());
      for (PublicKey device : Forks.devices(cluster.first().ledger().forks())) {
        assertThat(forked).contains(device);
        cluster.first().ledger().append(List.of(new Payload.Heal(device)));
      }
    }
    pull(cluster.devices());
    Set<String> all = ownFiles(cluster.devices());
    Map<String, String> contents = cluster.first().contents();
    assertThat(cluster.first().ledger().forks()).isEmpty();
    assertThat(contents.keySet()).containsAll(all);
    for (var device : cluster.devices()) checkSame(device, contents);
  }

  @ParameterizedTest
  @SeedSource(count = 5)
  void who_forks_at_every_entry_is_told_once_and_all_agree(long seed) throws IOException {
    var gen = new Gen(seed);
    try (var cluster = new Cluster(directory.resolve("s" + seed))) {
      for (int i = 0; i < 3; i++) cluster.join(Role.READ_WRITE);
      for (var device : cluster.devices()) device.pull(cluster.first());
      var liar = cluster.devices().getLast();
      List<Cluster.Device> honest = cluster.devices().subList(0, 3);
      for (int i = 0; i < 40; i++) {
        for (int junk = gen.between(1, 20); junk > 0; junk--) {
          var payload = new Payload.Changes(List.of(Cluster.put("junk" + files++, "x")));
          byte[] entry = Tamper.entry(liar.key(), liar.ledger(), payload);
          var victim = gen.pick(honest);
          victim.ledger().accept(List.of(entry));
          victim.ledger().testify();
        }
        work(gen, cluster, honest, 2);
      }
      meet(honest);

      int branches = honest.getFirst().ledger().heads().size();
      assertThat(branches)
          .as("each honest device gives away two at most")
          .isLessThan(3 + 2 * 3 + 1);
      for (var device : honest) checkSame(device, honest.getFirst().contents());
    }
  }
}
