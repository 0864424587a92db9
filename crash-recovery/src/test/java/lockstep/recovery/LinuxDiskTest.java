package lockstep.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LinuxDiskTest extends DiskContract {
  @Override
  Disk open(Path root) throws IOException {
    return LinuxDisk.open(root).orElseThrow();
  }

  @Override
  boolean keepsSlashes() {
    return true;
  }

  @Test
  void it_is_what_this_computer_gets() throws Exception {
    try (Disk chosen = Disks.open(root)) {
      assertThat(chosen).isInstanceOf(LinuxDisk.class);
    }
  }

  @Test
  void an_exchange_swaps_two_names() throws Exception {
    write("a", "A");
    disk.makeDirectory(path("d"), 0755);
    disk.exchange(path("a"), path("d"));

    assertThat(read("d")).isEqualTo("A");
    assertThat(kind("a")).isEqualTo(Disk.Kind.DIRECTORY);
    assertThatThrownBy(() -> disk.exchange(path("a"), path("absent")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(disk.canExchange()).isTrue();
  }

  @Test
  void a_path_may_be_longer_than_the_kernel_takes_at_once() throws Exception {
    RelPath directory = RelPath.ROOT;
    for (int depth = 1; depth < 100; depth++) {
      directory = directory.resolve("d%02d".formatted(depth) + "\u00e9".repeat(126));
      disk.makeDirectory(directory, 0755);
    }
    RelPath file = directory.resolve("f".repeat(255));
    assertThat(file.depth()).isEqualTo(100);
    disk.create(file, 0644).close();
    disk.setModified(file, 42);
    disk.setMode(file, 0600);
    disk.setMode(directory, 0700);
    disk.syncDirectory(directory);

    assertThat(disk.stat(file).orElseThrow().modifiedNanos()).isEqualTo(42);
    assertThat(disk.list(directory)).hasSize(1);
    disk.open(file).close();
    disk.rename(file, path("near"));
    disk.rename(path("near"), file);
    disk.makeSymlink(directory.resolve("link"), "t");
    assertThat(disk.readSymlink(directory.resolve("link"))).isEqualTo("t");
    removeTree(RelPath.of(file.toString().substring(0, file.toString().indexOf('/'))));
    assertThat(disk.list(RelPath.ROOT)).isEmpty();
  }

  private void removeTree(RelPath top) throws IOException {
    if (disk.stat(top).orElseThrow().kind() == Disk.Kind.DIRECTORY) {
      for (Disk.Listed child : disk.list(top)) {
        removeTree(top.resolve(child.name()));
      }
    }
    disk.remove(top);
  }

  @Test
  void a_name_that_is_no_utf8_is_listed_as_not_representable() throws Exception {
    int exit =
        new ProcessBuilder("sh", "-c", "touch \"$(printf 'bad\\377name')\" good")
            .directory(root.toFile())
            .start()
            .waitFor();
    assumeThat(exit).isZero();

    assertThat(disk.list(RelPath.ROOT))
        .extracting(listed -> listed.name() + " " + listed.representable())
        .containsExactlyInAnyOrder("good true", "bad\uFFFDname false");
  }

  @Test
  void times_before_1970_are_kept() throws Exception {
    write("old", "x");
    disk.setModified(path("old"), -1_500_000_001L);
    assertThat(disk.stat(path("old")).orElseThrow().modifiedNanos()).isEqualTo(-1_500_000_001L);
  }

  @Test
  void a_pipe_is_refused_at_once() throws Exception {
    int exit = new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start().waitFor();
    assumeThat(exit).isZero();

    assertThat(kind("pipe")).isEqualTo(Disk.Kind.OTHER);
    assertThatThrownBy(() -> disk.open(path("pipe"))).isInstanceOf(FileSystemException.class);
  }

  @Test
  void messages_say_what_the_kernel_meant() {
    assertThat(Errno.exception(-Errno.ENOSPC, "f")).hasMessageContaining("no space is left");
    assertThat(Errno.exception(-Errno.EROFS, "f")).hasMessageContaining("read-only");
    assertThat(Errno.exception(-Errno.EIO, "f")).hasMessageContaining("f: the disk reports");
  }

  @Test
  void a_swapped_parent_never_leads_outside() throws Exception {
    Path outside = Files.createDirectory(home.resolve("outside"));
    Path directory = Files.createDirectory(root.resolve("d"));
    Path aside = home.resolve("aside");
    try (var attacker = Executors.newSingleThreadExecutor()) {
      Future<?> swapping =
          attacker.submit(
              () -> {
                while (!Thread.currentThread().isInterrupted()) {
                  Files.move(directory, aside);
                  Files.createSymbolicLink(directory, outside);
                  Files.delete(directory);
                  Files.move(aside, directory);
                }
                return null;
              });
      for (int i = 0; i < 3000; i++) {
        try {
          disk.create(path("d/f" + i), 0644).close();
        } catch (IOException refused) {
          assertThat(swapping).isNotDone();
        }
      }
      attacker.shutdownNow();
    }
    assertThat(Files.list(outside)).isEmpty();
  }

  @Test
  void closing_a_file_in_use_harms_no_other_file() throws Exception {
    write("other", "precious");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 300; i++) {
        DiskFile file = disk.create(path("f" + i), 0600);
        Future<?> writing =
            threads.submit(
                () -> {
                  byte[] garbage = new byte[1000];
                  while (true) {
                    file.write(garbage, 0, garbage.length, 0);
                  }
                });
        file.close();
        try (DiskFile other = disk.openForWriting(path("other"))) {
          assertThat(writing).failsWithin(Duration.ofSeconds(20));
          assertThat(other.stat().size()).isEqualTo(8);
        }
      }
    }
    assertThat(read("other")).isEqualTo("precious");
  }
}
