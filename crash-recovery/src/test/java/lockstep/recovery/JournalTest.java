package lockstep.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.base.ProtoWriter;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

class JournalTest {
  @TempDir Path home;

  @ParameterizedTest
  @SeedSource(count = 20)
  void what_was_committed_is_there_after_reopening(long seed) throws Exception {
    var gen = new Gen(seed);
    var model = new Model();
    for (int run = 0; run < 4; run++) {
      Journal.Opened opened = Journal.open(home);
      model.assertEquals(opened);
      try (Journal journal = opened.journal()) {
        for (int i = gen.between(0, 8); i > 0; i--) {
          journal.commit(model.change(gen, journal));
          if (gen.chance(15)) {
            journal.compact(model.entries());
          }
        }
      }
    }
    model.assertEquals(Journal.open(home));
  }

  @Test
  void a_crash_at_any_byte_leaves_the_batch_whole_or_absent() throws Exception {
    Path file = home.resolve("journal-1-0000000000000000.log");
    try (Journal journal = Journal.open(home).journal()) {
      journal.commit(new Journal.Batch().put(path("a"), bytes("1")).begin(1, bytes("intent")));
    }
    int before = (int) Files.size(file);
    try (Journal journal = Journal.open(home).journal()) {
      journal.commit(
          new Journal.Batch().put(path("a"), bytes("2")).put(path("b"), bytes("2")).end(1));
    }
    byte[] whole = Files.readAllBytes(file);
    int after = whole.length - LogFrame.OVERHEAD; // without the seal of the close

    for (int length = before; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      Journal.Opened opened = Journal.open(home);
      opened.journal().close();
      boolean applied = length >= after;
      assertThat(opened.applied()).hasSize(applied ? 2 : 1);
      assertThat(opened.applied().get(path("a"))).isEqualTo(bytes(applied ? "2" : "1"));
      assertThat(opened.intents()).hasSize(applied ? 0 : 1);
      assertThat(opened.notice().isPresent()).isEqualTo(length != before && length != after);
    }
  }

  @Test
  void a_power_cut_at_any_operation_loses_nothing_that_was_confirmed() throws Exception {
    for (int n = 0; ; n++) {
      Path directory = Files.createDirectory(home.resolve("cut" + n));
      Disk disk = Disks.open(directory);
      var confirmed = new Model();
      boolean survived = runUntilCut(HookedDisk.dyingAt(n, disk), new Gen(n), confirmed);

      Journal.Opened opened = Journal.open(disk, RelPath.ROOT);
      confirmed.assertEqualsOrOneAhead(opened);
      assertThat(opened.journal().newIntent()).isGreaterThan(confirmed.lastIntent);
      opened.journal().close();
      if (survived) {
        assertThat(n).as("operations cut").isGreaterThan(50);
        return;
      }
    }
  }

  private static boolean runUntilCut(Disk disk, Gen gen, Model model) throws IOException {
    try {
      Journal journal = Journal.open(disk, RelPath.ROOT).journal();
      for (int i = 0; i < 6; i++) {
        var next = new Model(model);
        Journal.Batch batch = next.change(gen, journal);
        model.attempted = next;
        journal.commit(batch);
        model.become(next);
        journal.compact(model.entries());
      }
      journal.close();
      return true;
    } catch (IOException cut) {
      assertThat(cut).hasStackTraceContaining("power cut");
      return false;
    }
  }

  @Test
  void a_new_generation_counts_only_once_it_is_whole() throws Exception {
    Journal journal = Journal.open(home).journal();
    journal.commit(new Journal.Batch().put(path("a"), bytes("old")));
    byte[] old = Files.readAllBytes(home.resolve("journal-1-0000000000000000.log"));
    journal.compact(Map.of(path("a"), bytes("new")).entrySet());
    journal.close();
    byte[] fresh = Files.readAllBytes(home.resolve("journal-2-0000000000000000.log"));
    int whole = fresh.length - LogFrame.OVERHEAD; // without the seal of the close

    for (int length = 0; length <= fresh.length; length++) {
      Path directory = Files.createDirectory(home.resolve("at" + length));
      Files.write(directory.resolve("journal-1-0000000000000000.log"), old);
      Files.write(
          directory.resolve("journal-2-0000000000000000.log"), Arrays.copyOf(fresh, length));
      Journal.Opened opened = Journal.open(directory);
      opened.journal().close();
      assertThat(opened.applied().get(path("a"))).isEqualTo(bytes(length < whole ? "old" : "new"));
      try (var files = Files.list(directory)) {
        assertThat(files).hasSize(1);
      }
    }
  }

  @Test
  void damage_to_what_was_committed_is_reported_never_repaired_silently() throws Exception {
    try (Journal journal = Journal.open(home).journal()) {
      journal.commit(new Journal.Batch().put(path("a"), bytes("1")));
      journal.commit(new Journal.Batch().put(path("b"), bytes("2")));
    }
    Path file = home.resolve("journal-1-0000000000000000.log");
    byte[] damaged = Files.readAllBytes(file);
    damaged[LogSegment.HEADER_LENGTH + LogFrame.OVERHEAD + 1] ^= 1;
    Files.write(file, damaged);

    assertThatThrownBy(() -> Journal.open(home)).isInstanceOf(CorruptStoreException.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
  }

  @Test
  void a_newer_major_version_is_refused_and_unknown_fields_are_passed_over() throws Exception {
    try (var log = AppendLog.open(Disks.open(home), "journal-1", (_, _) -> {})) {
      log.append(new ProtoWriter().varint(6, 1).varint(7, 9).varint(99, 5).varint(5, 1).toBytes());
    }
    Journal.open(home).journal().close();

    try (var log = AppendLog.open(Disks.open(home), "journal-2", (_, _) -> {})) {
      log.append(new ProtoWriter().varint(6, 2).toBytes());
    }
    assertThatThrownBy(() -> Journal.open(home)).hasMessageContaining("newer Lockstep");
  }

  @Test
  void a_journal_of_mostly_old_news_wants_compaction_and_shrinks_by_it() throws Exception {
    try (Journal journal = Journal.open(home).journal()) {
      assertThat(journal.wantsCompaction()).isFalse();
      for (int i = 0; i < 10; i++) {
        journal.commit(new Journal.Batch().put(path("a"), new byte[1 << 20]));
      }
      assertThat(journal.wantsCompaction()).isTrue();
      journal.compact(Map.of(path("a"), bytes("1")).entrySet());
      assertThat(journal.wantsCompaction()).isFalse();
    }
    try (var files = Files.list(home)) {
      assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThan(1000);
    }
  }

  /// What a journal should hold.
  private static final class Model {
    private final Map<RelPath, byte[]> applied = new TreeMap<>();
    private final Map<Long, byte[]> intents = new TreeMap<>();
    private long lastIntent;
    private Model attempted = this;

    Model() {}

    Model(Model that) {
      become(that);
    }

    void become(Model that) {
      applied.clear();
      applied.putAll(that.applied);
      intents.clear();
      intents.putAll(that.intents);
      lastIntent = that.lastIntent;
    }

    Journal.Batch change(Gen gen, Journal journal) {
      var batch = new Journal.Batch();
      for (int i = gen.between(1, 5); i > 0; i--) {
        RelPath path = RelPath.of(gen.path(3));
        switch (gen.between(0, 3)) {
          case 0 -> {
            batch.remove(path);
            applied.remove(path);
          }
          case 1 -> {
            long id = journal.newIntent();
            byte[] intent = gen.bytes(gen.between(0, 40));
            batch.begin(id, intent);
            intents.put(id, intent);
            lastIntent = id;
          }
          case 2 -> {
            long id = gen.between(1, 10);
            batch.end(id);
            intents.remove(id);
          }
          default -> {
            byte[] state = gen.bytes(gen.between(0, 60));
            batch.put(path, state);
            applied.put(path, state);
          }
        }
      }
      return batch;
    }

    Iterable<Map.Entry<RelPath, byte[]>> entries() {
      return applied.entrySet();
    }

    void assertEquals(Journal.Opened opened) {
      assertThat(text(opened.applied())).isEqualTo(text(applied));
      assertThat(text(opened.intents())).isEqualTo(text(intents));
      assertThat(opened.notice()).isEmpty();
    }

    void assertEqualsOrOneAhead(Journal.Opened opened) {
      String found = text(opened.applied()) + text(opened.intents());
      assertThat(found)
          .isIn(text(applied) + text(intents), text(attempted.applied) + text(attempted.intents));
    }

    private static String text(Map<?, byte[]> map) {
      var text = new TreeMap<String, String>();
      map.forEach((key, value) -> text.put(key.toString(), Arrays.toString(value)));
      return text.toString();
    }
  }

  private static RelPath path(String text) {
    return RelPath.of(text);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
