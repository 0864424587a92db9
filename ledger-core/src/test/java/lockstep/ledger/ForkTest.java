package lockstep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import lockstep.base.Blake3;
import lockstep.base.Node;
import lockstep.base.PeerViolationException;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One device tells two histories: its home was copied and used twice, or it lies.
class ForkTest {
  @TempDir private Path directory;
  private Cluster cluster;
  private Cluster.Device ana;
  private Cluster.Device ben;
  private Cluster.Device cleo;

  /// `ben` and `twin` are the same device.
  private Cluster.Device twin;

  @BeforeEach
  void share() throws IOException {
    cluster = new Cluster(directory);
    ana = cluster.first();
    ben = cluster.join(Role.READ_WRITE);
    cleo = cluster.join(Role.READ_WRITE);
    ben.pull(ana);
    ben.edit("old", "0");
    everybodyMeets();
    twin = cluster.copy(ben);
  }

  @AfterEach
  void close() throws IOException {
    cluster.close();
  }

  private void everybodyMeets() throws IOException {
    for (int round = 0; round < 3; round++) {
      for (var device : cluster.devices()) {
        for (var other : cluster.devices()) device.meet(other);
      }
    }
  }

  private static Blake3 entryAt(Cluster.Device device, String path) {
    return device.ledger().global().get(RelPath.of(path)).orElseThrow().entry();
  }

  private static List<String> contentsOf(Cluster.Device device, String path) {
    return device.tree().entrySet().stream()
        .filter(each -> each.getKey().startsWith(path))
        .map(each -> each.getValue().node())
        .map(node -> node.equals(Cluster.file("one")) ? "one" : "two")
        .sorted()
        .toList();
  }

  @Test
  void the_branches_are_concurrent_and_both_contents_are_kept() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");

    ana.pull(ben);
    assertThat(ana.ledger().forks()).isEmpty();
    ana.pull(twin);

    Fork fork = ana.ledger().forks().getFirst();
    assertThat(fork.writer().device()).isEqualTo(ben.key().publicKey());
    assertThat(fork.kept()).isEqualTo(entryAt(ben, "f"));
    assertThat(fork.other()).isEqualTo(entryAt(twin, "f"));
    assertThat(contentsOf(ana, "f")).containsExactly("one", "two");
    assertThat(ana.ledger().verify().problems()).isEmpty();
    var contents = ana.contents();
    ana.reopen();
    assertThat(ana.contents()).isEqualTo(contents);
    assertThat(ana.ledger().forks()).containsExactly(fork);
  }

  @Test
  void it_does_not_matter_who_saw_which_branch_first() throws IOException {
    ben.edit("f", "one");
    ben.edit("old", "one");
    twin.edit("f", "two");
    twin.edit("old", "two");
    ana.pull(ben);
    ana.edit("old", "on top of one");
    cleo.pull(twin);
    cleo.edit("old", "on top of two");

    ana.meet(cleo);
    cleo.meet(ana);

    assertThat(ana.contents()).isEqualTo(cleo.contents());
    assertThat(contentsOf(ana, "f")).containsExactly("one", "two");
    assertThat(ana.tree().values().stream().map(v -> v.node()).collect(Collectors.toSet()))
        .contains(Cluster.file("on top of one"), Cluster.file("on top of two"));
  }

  @Test
  void who_knows_of_the_fork_builds_on_both_branches() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");
    ana.pull(ben);
    ana.pull(twin);
    cleo.pull(twin);
    String copy = ana.ledger().global().conflicts().getFirst().copyPath().toString();

    ana.edit("f", "merged");
    ana.delete(copy);
    cleo.meet(ana);

    assertThat(cleo.contents()).isEqualTo(ana.contents());
    assertThat(cleo.node("f")).isEqualTo(Cluster.file("merged"));
    assertThat(cleo.tree()).doesNotContainKey(copy);
    cleo.reopen();
    assertThat(cleo.contents()).isEqualTo(ana.contents());
    assertThat(cleo.ledger().verify().problems()).isEmpty();
  }

  @Test
  void a_longer_branch_is_known_by_the_entry_that_it_follows() throws IOException {
    ben.edit("f", "one");
    ana.pull(ben);
    twin.edit("g", "two");
    twin.edit("h", "two");
    var latest = twin.ledger().entries().findFirst().orElseThrow();

    ana.ledger().accept(List.of(latest.encoded()));
    assertThat(ana.ledger().forks()).isEmpty(); // the branch itself has not been shown yet
    ana.pull(twin);

    assertThat(ana.ledger().forks()).hasSize(1);
    assertThat(contentsOf(ana, "g")).containsExactly("two");
    assertThat(contentsOf(ana, "h")).containsExactly("two");
  }

  @Test
  void a_device_in_quarantine_adds_nothing() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");
    ana.pull(ben);
    ana.pull(twin);
    var frontier = ana.ledger().frontier();

    ben.edit("g", "one");
    twin.edit("h", "two");
    twin.pull(ana);
    twin.edit("i", "in the next incarnation");
    ana.pull(ben);
    ana.pull(twin);

    assertThat(ana.ledger().frontier()).isEqualTo(frontier);
    ana.reopen();
    ana.pull(ben);
    assertThat(ana.ledger().frontier()).isEqualTo(frontier);
  }

  @Test
  void what_a_member_took_before_it_knew_reaches_everybody() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");
    ana.meet(ben);
    ana.meet(twin);
    twin.edit("g", "two");
    cleo.meet(twin); // of the other branch it knows nothing

    ana.meet(cleo);
    assertThat(ana.tree()).doesNotContainKey("g");
    cleo.meet(ana);
    assertThat(cleo.tree()).containsKey("g");
    ana.meet(cleo);

    assertThat(ana.tree()).containsKey("g");
    assertThat(ana.contents()).isEqualTo(cleo.contents());
  }

  @Test
  void a_member_that_may_only_read_testifies_too() throws IOException {
    var reader = cluster.join(Role.READ_ONLY);
    ben.edit("f", "one");
    twin.edit("f", "two");
    ana.meet(ben);
    ana.meet(twin);
    twin.edit("g", "two");
    reader.meet(twin);
    reader.meet(ana);

    ana.meet(reader);

    assertThat(ana.tree()).containsKey("g");
  }

  @Test
  void each_member_testifies_once() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");
    ana.pull(ben);
    ana.pull(twin);
    assertThat(ana.ledger().testify().entries()).hasSize(1);
    assertThat(ana.ledger().testify().entries()).isEmpty();
    cleo.pull(ana);
    cleo.edit("g", "says as much");
    assertThat(cleo.ledger().testify().entries()).isEmpty();
  }

  @Test
  void nobody_makes_a_member_testify_again() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");
    ana.meet(ben);
    ana.meet(twin);
    for (int incarnation = 1; incarnation < 5; incarnation++) {
      var lie = new WriterId(ana.key().publicKey(), incarnation);
      ana.ledger().claim(VersionVector.EMPTY.with(lie, 7));
      assertThat(ana.ledger().testify().entries()).isEmpty();
    }
  }

  @Test
  void what_waits_is_put_in_order() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");
    ana.meet(ben);
    ana.meet(twin);
    Entry held = twin.edit("g", "two").entries().getFirst();
    cleo.pull(twin);
    Entry voucher = cleo.edit("g", "on top").entries().getFirst();

    assertThat(ana.ledger().accept(List.of(voucher.encoded())).entries()).isEmpty();
    assertThat(ana.ledger().accept(List.of(held.encoded())).entries()).hasSize(2);

    assertThat(ana.node("g")).isEqualTo(Cluster.file("on top"));
  }

  @Test
  void a_heal_ends_the_quarantine() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");
    ana.meet(ben);
    ana.meet(twin);
    twin.edit("late", "two");
    twin.meet(ana);
    twin.edit("g", "next");
    ana.meet(twin);
    assertThat(ana.tree()).doesNotContainKeys("late", "g");

    ana.heal(ben);
    everybodyMeets();

    assertThat(ana.ledger().forks()).isEmpty();
    assertThat(ana.tree()).containsKeys("late", "g");
    for (var device : cluster.devices()) {
      assertThat(device.contents()).isEqualTo(ana.contents());
      device.reopen();
      assertThat(device.ledger().forks()).isEmpty();
      assertThat(device.contents()).isEqualTo(ana.contents());
    }
  }

  @Test
  void what_waits_comes_in_with_the_heal() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");
    cleo.meet(ben);
    cleo.meet(twin);
    twin.meet(cleo);
    twin.edit("g", "next");
    cleo.meet(twin);
    ana.meet(cleo);
    ana.heal(ben);

    cleo.meet(ana);

    assertThat(cleo.tree()).containsKey("g");
  }

  @Test
  void a_heal_covers_the_branches_that_its_admin_has_seen() throws IOException {
    var third = cluster.copy(twin);
    ben.edit("f", "one");
    twin.edit("f", "two");
    third.edit("g", "one");
    ana.meet(ben);
    ana.meet(twin);
    ana.heal(ben);
    assertThat(ana.ledger().forks()).isEmpty();

    ana.meet(third);

    assertThat(ana.ledger().forks()).hasSize(1);
    ana.heal(ben);
    assertThat(ana.ledger().forks()).isEmpty();
    assertThat(ana.tree()).containsKey("g");
  }

  @Test
  void only_another_admin_heals() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");
    cleo.meet(ben);
    cleo.meet(twin);
    assertThatThrownBy(() -> cleo.heal(ben)).isInstanceOf(IllegalStateException.class);
    ben.meet(cleo);
    assertThatThrownBy(() -> ben.heal(ben)).isInstanceOf(IllegalStateException.class);
    byte[] forged = Tamper.entry(cleo.key(), ana.ledger(), new Payload.Heal(ben.key().publicKey()));
    assertThatThrownBy(() -> ana.ledger().accept(List.of(forged)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("no right");
  }

  @Test
  void the_only_admin_heals_itself() throws IOException {
    var anaToo = cluster.copy(ana);
    ana.edit("f", "one");
    anaToo.edit("f", "two");
    ben.meet(ana);
    ben.meet(anaToo);
    ana.meet(ben);
    ana.edit("g", "next");
    ben.meet(ana);
    assertThat(ben.tree()).doesNotContainKey("g");

    ana.heal(ana);
    ben.meet(ana);

    assertThat(ben.ledger().forks()).isEmpty();
    assertThat(ben.contents()).isEqualTo(ana.contents());
    assertThat(ben.tree()).containsKey("g");
  }

  @Test
  void a_device_that_learns_of_its_fork_goes_on_in_its_next_incarnation() throws IOException {
    ben.edit("f", "one");
    twin.edit("g", "two");
    ana.meet(ben);
    ana.meet(twin);
    ben.meet(ana);

    Entry next = ben.edit("h", "next").entries().getFirst();

    assertThat(next.writer().incarnation()).isEqualTo(1);
    assertThat(ben.tree()).containsKeys("f", "g", "h");
    ana.heal(ben);
    everybodyMeets();
    assertThat(ana.contents()).isEqualTo(ben.contents());
    assertThat(ben.edit("h", "more").entries().getFirst().writer()).isEqualTo(next.writer());
  }

  @Test
  void whom_a_device_in_quarantine_admits_cannot_vouch_for_it() throws IOException {
    ana.ledger()
        .append(
            List.of(new Payload.Grant(ben.key().publicKey(), Role.ADMIN, "ben", Optional.empty())));
    ben.pull(ana);
    twin.pull(ana);
    ben.edit("f", "one");
    twin.edit("f", "two");
    ana.meet(ben);
    ana.meet(twin);
    var puppet = cluster.stranger();
    twin.ledger()
        .append(
            List.of(new Payload.Grant(puppet.publicKey(), Role.ADMIN, "puppet", Optional.empty())));
    var accomplice = cluster.enter(puppet, twin);
    accomplice.edit("g", "two");
    var frontier = ana.ledger().frontier();

    ana.meet(accomplice);

    assertThat(ana.ledger().frontier()).isEqualTo(frontier);
    assertThat(ana.ledger().members().role(puppet.publicKey())).isEmpty();
  }

  @Test
  void a_revocation_accepts_the_branches_that_its_admin_has_seen() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");
    cleo.meet(twin);
    ana.meet(ben);
    ana.meet(twin);
    ana.ledger()
        .append(List.of(new Payload.Revoke(ben.key().publicKey(), ana.ledger().frontier())));

    cleo.meet(ana);

    assertThat(contentsOf(cleo, "f")).containsExactly("one", "two");
    assertThat(cleo.contents()).isEqualTo(ana.contents());
  }

  @Test
  void who_forks_at_every_entry_gets_no_further_than_who_forks_once() throws IOException {
    List<byte[]> branches = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      var put = Cluster.put("f" + i, "junk");
      branches.add(Tamper.entry(ben.key(), ben.ledger(), new Payload.Changes(List.of(put))));
    }
    ana.ledger().accept(branches);
    assertThat(ana.ledger().heads()).hasSize(1 + 2); // ana's chain, and two of ben's
    long length = ana.logLength();

    for (byte[] branch : branches) ana.ledger().accept(List.of(branch));

    assertThat(ana.logLength()).isEqualTo(length);
  }

  @Test
  void what_waits_is_bounded() throws IOException {
    ben.edit("f", "one");
    twin.edit("f", "two");
    ana.pull(ben);
    ana.pull(twin);
    var waiting = new Waiting();
    var big = new ArrayList<Change>();
    for (int i = 0; i < 250; i++) {
      var link = new Node.Symlink("x".repeat(4000) + i);
      big.add(new Change(RelPath.of("g" + i), link, VersionVector.EMPTY));
    }
    for (int i = 0; i < 20; i++) {
      for (Entry entry : twin.ledger().append(List.of(new Payload.Changes(big))).entries()) {
        ana.ledger().accept(List.of(entry.encoded()), waiting);
      }
    }

    long bytes = waiting.entries().stream().mapToLong(Entry::encodedLength).sum();

    assertThat(bytes).isBetween(Waiting.BYTES_MAX / 2, Waiting.BYTES_MAX);
    assertThat(ana.ledger().global().get(RelPath.of("g1"))).isEmpty();
  }
}
