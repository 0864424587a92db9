package lockstep.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import lockstep.base.Disk;
import lockstep.base.DurabilityException;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/// A disk that is full for a while costs time and nothing else.
class FullDiskTest {
  @TempDir Path home;
  private FullDisk full;

  @BeforeEach
  void open() throws IOException {
    full = new FullDisk(Disks.open(home));
  }

  @ParameterizedTest
  @SeedSource(count = 60)
  void a_log_holds_what_was_confirmed_and_nothing_that_was_refused(long seed) throws Exception {
    var gen = new Gen(seed);
    Map<Long, byte[]> confirmed = new TreeMap<>();
    try (var log = AppendLog.open(full.disk, RelPath.ROOT, "log", 4096, (_, _) -> {})) {
      for (int batch = 0; batch < 30; batch++) {
        full.full = gen.chance(3);
        append(log, gen, confirmed);
      }
      full.full = false;
    }
    Map<Long, byte[]> replayed = new TreeMap<>();
    AppendLog.open(full.disk, RelPath.ROOT, "log", 4096, replayed::put).close();
    assertThat(replayed.keySet()).isEqualTo(confirmed.keySet());
    replayed.forEach((position, bytes) -> assertThat(bytes).isEqualTo(confirmed.get(position)));
  }

  private void append(AppendLog log, Gen gen, Map<Long, byte[]> confirmed) throws IOException {
    long before = log.length();
    Map<Long, byte[]> batch = new TreeMap<>();
    try {
      byte[] record = gen.bytes(gen.between(1, 900));
      batch.put(log.append(record), record);
      log.sync();
      confirmed.putAll(batch);
    } catch (DurabilityException e) {
      throw e;
    } catch (IOException e) {
      assertThat(full.full).isTrue();
      log.rollBack(before);
    }
  }

  @Test
  void a_journal_takes_batches_again_once_there_is_room() throws Exception {
    RelPath one = RelPath.of("one");
    RelPath two = RelPath.of("two");
    var journal = Journal.open(full.disk, RelPath.ROOT).journal();
    full.full = true;
    assertThatThrownBy(() -> journal.commit(new Journal.Batch().put(one, new byte[100])))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(DurabilityException.class);
    assertThatThrownBy(() -> journal.probe(1)).isInstanceOf(IOException.class);
    full.full = false;
    journal.probe(1);
    journal.commit(new Journal.Batch().put(two, new byte[50]));
    journal.close();
    var opened = Journal.open(full.disk, RelPath.ROOT);
    assertThat(opened.applied()).containsOnlyKeys(two);
    assertThat(opened.notice()).isEmpty();
    opened.journal().close();
  }

  @Test
  void what_the_history_cannot_take_is_not_replaced() throws Exception {
    RelPath target = RelPath.of("plan.txt");
    Files.writeString(home.resolve("plan.txt"), "the user's");
    try (var workspace = Workspace.open(full.disk)) {
      stage(workspace, "s", "fresh");
      Disk.Stat stat = full.disk.stat(target).orElseThrow();
      full.full = true;
      assertThatThrownBy(() -> workspace.install("s", target, Optional.of(stat)))
          .isInstanceOf(IOException.class);
      assertThat(home.resolve("plan.txt")).hasContent("the user's");
      assertThat(workspace.history()).isEmpty();
      full.full = false;
      assertThat(workspace.install("s", target, Optional.of(stat)))
          .isInstanceOf(Outcome.Installed.class);
      assertThat(home.resolve("plan.txt")).hasContent("fresh");
      List<String> kept = new ArrayList<>();
      for (HistoryItem item : workspace.history()) {
        kept.add(Files.readString(home.resolve(item.place().toString())));
      }
      assertThat(kept).containsExactly("the user's");
    }
  }

  private static void stage(Workspace workspace, String id, String text) throws IOException {
    try (StagedFile staged = workspace.stage(id)) {
      byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      staged.file().write(bytes, 0, bytes.length, 0);
    }
  }
}
