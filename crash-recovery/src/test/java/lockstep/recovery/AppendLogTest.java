package lockstep.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import lockstep.base.CorruptStoreException;
import lockstep.base.Disk;
import lockstep.base.DurabilityException;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

class AppendLogTest {
  private static final String FIRST = "log-0000000000000000.log";

  @TempDir Path home;

  @ParameterizedTest
  @SeedSource(count = 30)
  void what_was_appended_is_replayed_in_order_and_read_by_position(long seed) throws Exception {
    var gen = new Gen(seed);
    Map<Long, byte[]> appended = new TreeMap<>();
    for (int run = 0; run < 3; run++) {
      try (var log = openSmall(new ArrayList<>())) {
        for (int i = gen.between(0, 40); i > 0; i--) {
          byte[] record = gen.bytes(gen.between(1, 3000));
          appended.put(log.append(record), record);
          if (gen.chance(10)) {
            log.sync();
          }
        }
        for (var entry : appended.entrySet()) {
          assertThat(log.read(entry.getKey())).isEqualTo(entry.getValue());
        }
      }
    }
    Map<Long, byte[]> replayed = new TreeMap<>();
    try (var log = AppendLog.open(Disks.open(home), RelPath.ROOT, "log", 4096, replayed::put)) {
      assertThat(log.tornTail()).isEmpty();
    }
    assertThat(replayed.keySet()).isEqualTo(appended.keySet());
    replayed.forEach((position, bytes) -> assertThat(bytes).isEqualTo(appended.get(position)));
  }

  @Test
  void a_tail_cut_at_any_byte_is_removed_and_reported_and_the_rest_stays() throws Exception {
    byte[] stable = "stable".getBytes();
    try (var log = AppendLog.open(Disks.open(home), "log", ignore())) {
      log.append(stable);
    }
    Path file = home.resolve(FIRST);
    int start = (int) Files.size(file);
    try (var log = AppendLog.open(Disks.open(home), "log", ignore())) {
      log.append(new byte[40]);
    }
    byte[] whole = Files.readAllBytes(file);
    int end = start + LogFrame.OVERHEAD + 40; // behind it stands only the seal of the clean close

    for (int length = start + 1; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      List<byte[]> replayed = new ArrayList<>();
      try (var log = AppendLog.open(Disks.open(home), "log", (_, bytes) -> replayed.add(bytes))) {
        assertThat(log.tornTail().isEmpty()).isEqualTo(length == end);
        assertThat(replayed).hasSize(length < end ? 1 : 2);
        assertThat(replayed.getFirst()).isEqualTo(stable);
      }
      assertThat(Files.size(file)).isEqualTo(length < end ? start : end);
    }
  }

  @ParameterizedTest
  @SeedSource(count = 60)
  void a_flipped_bit_before_the_last_confirmed_record_is_damage_and_nothing_is_cut(long seed)
      throws Exception {
    var gen = new Gen(seed);
    try (var log = openSmall(new ArrayList<>())) {
      for (int i = gen.between(1, 30); i > 0; i--) {
        log.append(gen.bytes(gen.between(1, 1000)));
        if (gen.chance(30)) {
          log.sync();
        }
      }
    }
    List<Path> files = files();
    Path file = gen.pick(files);
    int seal = file.equals(files.getLast()) ? LogFrame.OVERHEAD : 0;
    long at = gen.between(0, (int) Files.size(file) - seal - 1);
    flip(file, at, 1 << gen.between(0, 7));
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(() -> openSmall(new ArrayList<>()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.getFileName().toString());
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void records_after_a_torn_one_are_torn_too_when_none_was_confirmed() throws Exception {
    var log = AppendLog.open(Disks.open(home), "log", ignore());
    log.append(new byte[10]);
    log.sync();
    long torn = log.append(new byte[100]);
    long later = log.append(new byte[100]);
    log.read(later); // written, not synced
    flip(home.resolve(FIRST), torn + 50, 1);

    List<byte[]> replayed = new ArrayList<>();
    try (var reopened =
        AppendLog.open(Disks.open(home), "log", (_, bytes) -> replayed.add(bytes))) {
      assertThat(reopened.tornTail())
          .contains(new AppendLog.TornTail(FIRST, torn, 2 * (100 + LogFrame.OVERHEAD)));
    }
    assertThat(replayed).hasSize(1);
  }

  @Test
  void a_segment_whose_creation_was_interrupted_holds_nothing() throws Exception {
    for (int length = 0; length <= LogSegment.HEADER_LENGTH; length++) {
      Files.write(home.resolve(FIRST), new byte[length]);
      List<byte[]> replayed = new ArrayList<>();
      try (var log = AppendLog.open(Disks.open(home), "log", (_, bytes) -> replayed.add(bytes))) {
        log.append(new byte[1]);
      }
      assertThat(replayed).isEmpty();
      Files.delete(home.resolve(FIRST));
    }
  }

  @Test
  void a_missing_segment_is_damage() throws Exception {
    try (var log = openSmall(new ArrayList<>())) {
      for (int i = 0; i < 20; i++) {
        log.append(new byte[1000]);
      }
    }
    Files.delete(files().get(1));

    assertThatThrownBy(() -> openSmall(new ArrayList<>()))
        .isInstanceOf(CorruptStoreException.class)
        .hasMessageContaining("lacks");
  }

  @Test
  void a_newer_format_is_refused_and_left_alone() throws Exception {
    AppendLog.open(Disks.open(home), "log", ignore()).close();
    Path file = home.resolve(FIRST);
    flip(file, 9, 2);
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(() -> AppendLog.open(Disks.open(home), "log", ignore()))
        .hasMessageContaining("newer Lockstep");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void a_reopened_log_grows_only_by_what_is_appended() throws Exception {
    try (var log = AppendLog.open(Disks.open(home), "log", ignore())) {
      log.append(new byte[5]);
    }
    long size = Files.size(home.resolve(FIRST));

    AppendLog.open(Disks.open(home), "log", ignore()).close();

    assertThat(Files.size(home.resolve(FIRST))).isEqualTo(size);
  }

  @Test
  void many_threads_append_and_sync_at_once() throws Exception {
    try (var log = openSmall(new ArrayList<>());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> writers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        byte[] record = {(byte) i};
        writers.add(
            () -> {
              for (int j = 0; j < 20; j++) {
                long position = log.append(record);
                log.sync();
                assertThat(log.read(position)).isEqualTo(record);
              }
              return null;
            });
      }
      for (var done : threads.invokeAll(writers)) {
        done.get();
      }
    }
    List<byte[]> replayed = new ArrayList<>();
    openSmall(replayed).close();
    assertThat(replayed).hasSize(1000);
  }

  @Test
  void files_belong_to_their_owner_alone() throws Exception {
    AppendLog.open(Disks.open(home), "log", ignore()).close();

    Disk.Stat stat = Disks.open(home).stat(RelPath.of(FIRST)).orElseThrow();
    assertThat(stat.mode()).isEqualTo(0600);
  }

  @Test
  void a_closed_log_refuses_and_an_empty_record_is_a_mistake() throws Exception {
    var log = AppendLog.open(Disks.open(home), "log", ignore());
    assertThatThrownBy(() -> log.append(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    log.close();
    log.close();
    assertThatThrownBy(() -> log.append(new byte[1]))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(DurabilityException.class);
  }

  private AppendLog openSmall(List<byte[]> replayed) throws IOException {
    return AppendLog.open(
        Disks.open(home), RelPath.ROOT, "log", 4096, (_, bytes) -> replayed.add(bytes));
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(home)) {
      return files.sorted().toList();
    }
  }

  private static void flip(Path file, long at, int bit) throws IOException {
    try (var access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(at);
      int old = access.read();
      access.seek(at);
      access.write(old ^ bit);
    }
  }

  private static AppendLog.Replay ignore() {
    return (_, _) -> {};
  }
}
