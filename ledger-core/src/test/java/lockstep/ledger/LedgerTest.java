package lockstep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.CorruptStoreException;
import lockstep.base.Node;
import lockstep.base.PeerViolationException;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.VersionVector;
import lockstep.recovery.Disks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir private Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new Cluster(directory);
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
  }

  @Test
  void a_new_folder_has_its_creator_as_its_admin() {
    Ledger ledger = cluster.first().ledger();

    assertThat(ledger.members().current()).containsOnlyKeys(cluster.first().key().publicKey());
    assertThat(ledger.members().role(cluster.first().key().publicKey())).contains(Role.ADMIN);
    assertThat(ledger.clock()).isEqualTo(1);
    assertThat(ledger.entries().toList().getFirst().hash()).isEqualTo(ledger.folderId());
  }

  @Test
  void what_one_device_appends_the_other_accepts() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);

    Appended appended = a.edit("docs/notes.txt", "hello");
    b.pull(a);

    assertThat(appended.changed()).containsExactly(RelPath.of("docs/notes.txt"));
    assertThat(b.tree()).isEqualTo(a.tree()).containsKey("docs/notes.txt");
    assertThat(b.ledger().frontier()).isEqualTo(a.ledger().frontier());
    assertThat(b.ledger().folderName()).isEqualTo("work");
  }

  @Test
  void a_ledger_behind_what_its_device_has_written_begins_a_new_chain() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    a.edit("f", "1");
    byte[] backup = a.logBytes();
    a.edit("f", "2");
    b.pull(a);
    VersionVector reached = a.ledger().written();
    a.restore(backup);

    a.ledger().claim(reached);
    a.edit("g", "3");
    b.pull(a);
    a.pull(b);

    assertThat(a.ledger().forks()).isEmpty();
    assertThat(b.ledger().forks()).isEmpty();
    assertThat(b.tree()).isEqualTo(a.tree());
    assertThat(a.node("f")).isEqualTo(Cluster.file("2"));
    assertThat(a.node("g")).isEqualTo(Cluster.file("3"));
    assertThat(a.ledger().written().counters()).hasSize(2);
  }

  @Test
  void a_chain_that_is_known_to_its_end_goes_on() throws IOException {
    var a = cluster.first();
    a.edit("f", "1");
    a.ledger().claim(a.ledger().written());
    a.edit("f", "2");
    assertThat(a.ledger().written().counters()).hasSize(1);
  }

  @Test
  void accepting_twice_changes_nothing() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    a.edit("f", "1");
    List<byte[]> all = a.ledger().since(VersionVector.EMPTY, Long.MAX_VALUE).entries();

    assertThat(b.ledger().accept(all).entries()).hasSize(1);
    Appended again = b.ledger().accept(all);

    assertThat(again.entries()).isEmpty();
    assertThat(again.changed()).isEmpty();
  }

  @Test
  void a_batch_is_taken_as_a_whole_or_not_at_all() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    var before = b.ledger().frontier();
    a.edit("f", "1");
    a.edit("g", "2");
    List<byte[]> news = new ArrayList<>(a.ledger().since(before, Long.MAX_VALUE).entries());
    news.set(1, Tamper.flip(news.get(1), 200));

    assertThatThrownBy(() -> b.ledger().accept(news)).isInstanceOf(PeerViolationException.class);

    assertThat(b.ledger().frontier()).isEqualTo(before);
    assertThat(b.ledger().global().get(RelPath.of("f"))).isEmpty();
  }

  @Test
  void a_gap_is_refused() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    var before = b.ledger().frontier();
    a.edit("f", "1");
    a.edit("f", "2");
    List<byte[]> news = a.ledger().since(before, Long.MAX_VALUE).entries();

    assertThatThrownBy(() -> b.ledger().accept(news.subList(1, 2)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("of which we have");
  }

  @Test
  void an_entry_that_builds_on_an_unknown_one_is_refused() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    var c = cluster.join(Role.READ_WRITE);
    b.edit("f", "1");
    a.pull(b);
    Entry onTop = a.edit("f", "2").entries().getFirst();

    assertThatThrownBy(() -> c.ledger().accept(List.of(onTop.encoded())))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("do not have");
  }

  @Test
  void every_flipped_byte_of_an_entry_is_noticed() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    byte[] entry = a.edit("f", "1").entries().getFirst().encoded();

    for (int i = 0; i < entry.length; i++) {
      byte[] tampered = Tamper.flip(entry, i);
      assertThatThrownBy(() -> b.ledger().accept(List.of(tampered)))
          .as("byte %d", i)
          .isInstanceOf(PeerViolationException.class);
    }
    assertThat(b.ledger().accept(List.of(entry)).entries()).hasSize(1);
  }

  @Test
  void an_entry_of_another_folder_is_refused() throws IOException {
    var b = cluster.join(Role.READ_WRITE);
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    try (var other = new Cluster(elsewhere, cluster.first().key())) {
      Entry foreign = other.first().edit("f", "1").entries().getFirst();

      assertThatThrownBy(() -> b.ledger().accept(List.of(foreign.encoded())))
          .isInstanceOf(PeerViolationException.class)
          .hasMessageContaining("another folder");
    }
  }

  @Test
  void a_stranger_writes_nothing() throws IOException {
    var a = cluster.first();
    var stranger = cluster.stranger();
    byte[] forged =
        Tamper.entry(stranger, a.ledger(), new Payload.Changes(List.of(Cluster.put("f", "1"))));

    assertThatThrownBy(() -> a.ledger().accept(List.of(forged)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("no right");
  }

  @Test
  void a_read_only_member_writes_nothing() throws IOException {
    var a = cluster.first();
    var reader = cluster.join(Role.READ_ONLY);

    for (Payload payload :
        List.of(
            new Payload.Changes(List.of(Cluster.put("f", "1"))),
            new Payload.Revoke(a.key().publicKey(), VersionVector.EMPTY),
            new Payload.Grant(reader.key().publicKey(), Role.ADMIN, "me", Optional.empty()))) {
      byte[] forged = Tamper.entry(reader.key(), a.ledger(), payload);

      assertThatThrownBy(() -> a.ledger().accept(List.of(forged)))
          .isInstanceOf(PeerViolationException.class)
          .hasMessageContaining("no right");
      assertThatThrownBy(() -> reader.ledger().append(List.of(payload)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void a_clock_that_runs_ahead_or_behind_is_refused() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    Payload payload = new Payload.Changes(List.of(Cluster.put("f", "1")));

    for (long wrong : new long[] {1, a.ledger().clock(), a.ledger().clock() + 2, Long.MAX_VALUE}) {
      byte[] forged = Tamper.entry(b.key(), b.ledger(), payload, wrong);
      assertThatThrownBy(() -> a.ledger().accept(List.of(forged)))
          .isInstanceOf(PeerViolationException.class)
          .hasMessageContaining("clock");
    }
  }

  @Test
  void nobody_supersedes_what_he_has_not_seen() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    a.edit("f", "1");
    var base = a.ledger().global().known(RelPath.of("f"));
    var change = new Change(RelPath.of("f"), Node.ABSENT, base);
    byte[] forged = Tamper.entry(b.key(), b.ledger(), new Payload.Changes(List.of(change)));

    assertThatThrownBy(() -> a.ledger().accept(List.of(forged)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("had not seen");
  }

  @Test
  void opening_again_gives_the_same_state() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    a.edit("f", "1");
    b.edit("f", "2");
    a.edit("d/g", "3");
    a.delete("d/g");
    a.pull(b);
    var tree = a.tree();
    var conflicts = a.ledger().global().conflicts();

    a.reopen();

    assertThat(a.tree()).isEqualTo(tree);
    assertThat(conflicts).hasSize(1);
    assertThat(a.ledger().global().conflicts()).isEqualTo(conflicts);
    assertThat(a.ledger().verify().problems()).isEmpty();
    assertThat(a.ledger().verify().entries()).isEqualTo(a.ledger().entries().count());
  }

  @Test
  void a_torn_tail_is_cut_and_the_chain_goes_on() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    a.edit("f", "1");
    long durable = a.logLength();
    byte[] log = a.logBytes();
    a.edit("f", "2");
    b.pull(a);
    a.crashTo(log, durable + 20);

    assertThat(a.node("f")).isEqualTo(Cluster.file("1"));
    a.pull(b); // gets its own last entry back
    a.edit("f", "3");
    b.pull(a);
    assertThat(b.tree()).isEqualTo(a.tree());
  }

  @Test
  void a_directory_without_a_ledger_is_not_opened() {
    assertThatThrownBy(
            () ->
                Ledger.open(
                    Disks.open(Files.createDirectory(directory.resolve("empty"))),
                    cluster.first().key(),
                    cluster.time()))
        .isInstanceOf(CorruptStoreException.class);
  }

  @Test
  void a_folder_is_joined_by_its_own_genesis_only() throws IOException {
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Path here = Files.createDirectories(directory.resolve("here"));
    try (var other = new Cluster(elsewhere)) {
      List<byte[]> foreign = other.first().ledger().since(VersionVector.EMPTY, 1).entries();
      for (List<byte[]> entries : List.of(foreign, List.<byte[]>of())) {
        assertThatThrownBy(
                () ->
                    Ledger.join(
                        Disks.open(here),
                        cluster.stranger(),
                        cluster.first().ledger().folderId(),
                        entries,
                        cluster.time()))
            .isInstanceOf(PeerViolationException.class);
      }
    }
  }

  @Test
  void since_keeps_to_its_bound_and_to_the_order_of_dependencies() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    var before = b.ledger().frontier();
    for (int i = 0; i < 50; i++) a.edit("f" + i, "x".repeat(i));

    while (!b.ledger().frontier().equals(a.ledger().frontier())) {
      Missing some = a.ledger().since(b.ledger().frontier(), 1000);
      assertThat(some.entries().stream().mapToInt(e -> e.length).sum()).isLessThanOrEqualTo(1000);
      b.ledger().accept(some.entries());
      assertThat(b.ledger().frontier()).isEqualTo(some.reached());
    }
    assertThat(b.tree()).isEqualTo(a.tree());
    assertThat(a.ledger().since(a.ledger().frontier(), 1).entries()).isEmpty();
    assertThat(a.ledger().since(before, 1).entries()).hasSize(1);
  }

  @Test
  void many_small_files_travel_in_a_handful_of_entries() throws IOException {
    var a = cluster.first();
    var b = cluster.join(Role.READ_WRITE);
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      changes.add(Cluster.put("photos/%03d/image-%05d.jpeg".formatted(i / 200, i), "c" + i));
    }

    Appended appended = a.ledger().append(List.of(new Payload.Changes(changes)));
    b.pull(a);

    assertThat(appended.entries()).hasSizeLessThanOrEqualTo(3);
    assertThat(appended.entries()).allMatch(e -> e.encoded().length <= Entry.ENCODED_BYTES_MAX);
    assertThat(b.ledger().global().files()).isEqualTo(20_000);
    assertThat(b.tree()).isEqualTo(a.tree());
  }

  @Test
  void an_idle_ledger_survives_being_asked_for_nothing() throws IOException {
    var a = cluster.first();

    assertThat(a.ledger().append(List.of()).entries()).isEmpty();
    assertThat(a.ledger().accept(List.of()).entries()).isEmpty();
    assertThat(a.ledger().verify().problems()).isEqualTo(List.of());
    assertThat(a.ledger().clock()).isEqualTo(1);
  }
}
