package lockstep.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import lockstep.base.Disk;
import lockstep.base.RelPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A program that has a file open goes on writing to it after it was replaced.
class DisplacedTest {
  private static final RelPath PLAN = RelPath.of("plan.txt");
  @TempDir Path root;
  private Disk disk;
  private Workspace workspace;

  @BeforeEach
  void open() throws IOException {
    disk = Disks.open(root);
    workspace = Workspace.open(disk);
    Files.writeString(root.resolve("plan.txt"), "one");
  }

  @AfterEach
  void close() throws IOException {
    workspace.close();
  }

  private void replace() throws IOException {
    try (StagedFile staged = workspace.stage("s")) {
      byte[] bytes = "from others".getBytes(StandardCharsets.UTF_8);
      staged.file().write(bytes, 0, bytes.length, 0);
    }
    workspace.install("s", PLAN, Optional.of(disk.stat(PLAN).orElseThrow()));
  }

  private RandomAccessFile openByAnother() throws IOException {
    var open = new RandomAccessFile(root.resolve("plan.txt").toFile(), "rw");
    assumeTrue(disk.isBeingWritten(PLAN).orElse(false), "the disk cannot tell");
    return open;
  }

  @Test
  void it_is_watched_until_nobody_has_it_open() throws Exception {
    var open = openByAnother();
    replace();
    assertThat(workspace.lookAtDisplaced().more()).isTrue();
    assertThat(workspace.lookAtDisplaced().changed()).isEmpty();
    open.close();
    assertThat(workspace.lookAtDisplaced().more()).isFalse();
  }

  @Test
  void what_is_written_to_it_is_found_and_given_back() throws Exception {
    try (var open = openByAnother()) {
      replace();
      open.write("my newest work".getBytes(StandardCharsets.UTF_8));
      HistoryItem changed = workspace.lookAtDisplaced().changed().getFirst();
      workspace.giveBack(changed, RelPath.of("copy"));
    }
    assertThat(root.resolve("copy")).hasContent("my newest work");
    assertThat(root.resolve("plan.txt")).hasContent("from others");
    assertThat(workspace.lookAtDisplaced())
        .isEqualTo(new Workspace.Look(java.util.List.of(), false));
  }

  @Test
  void a_restart_does_not_forget_it() throws Exception {
    try (var open = openByAnother()) {
      replace();
      workspace.close();
      open.write("while nobody looked".getBytes(StandardCharsets.UTF_8));
    }
    workspace = Workspace.open(disk);
    assertThat(workspace.lookAtDisplaced().changed())
        .extracting(HistoryItem::path)
        .containsExactly(PLAN);
  }

  @Test
  void it_does_not_expire_while_it_is_open() throws Exception {
    var open = openByAnother();
    replace();
    assertThat(workspace.expireHistory(Duration.ofDays(-1), 10, _ -> false)).isEmpty();
    open.close();
    assertThat(workspace.expireHistory(Duration.ofDays(-1), 10, _ -> true)).isEmpty();
    assertThat(workspace.expireHistory(Duration.ofDays(-1), 10, _ -> false)).hasSize(1);
    assertThat(workspace.history()).isEmpty();
  }
}
