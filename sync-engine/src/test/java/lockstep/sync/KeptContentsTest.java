package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Splitter;
import lockstep.recovery.Workspace;
import lockstep.sync.transfer.LocalContents;
import lockstep.testkit.Gen;
import lockstep.testkit.sim.Scheduler;
import lockstep.testkit.sim.SimDisk;
import org.junit.jupiter.api.Test;

/// What is found in the history, and what others need to fetch it from there.
class KeptContentsTest {
  private static final RelPath FILE = RelPath.of("scene.blend");

  private final Scheduler world = new Scheduler(1);
  private final Disk disk = new SimDisk(world).engine();
  private final ChunkStore chunks = ChunkStore.inMemory();

  @Test
  void a_manifest_that_was_forgotten_is_known_again_each_time_somebody_searches()
      throws IOException {
    try (Workspace workspace = Workspace.open(disk, world)) {
      Content content = displace(workspace, new Gen(1).bytes(300_000));
      LocalContents contents = new KeptContents(disk, workspace, chunks, world);

      for (int time = 0; time < 2; time++) {
        chunks.forget(content);
        try (DiskFile found = contents.search(content).orElseThrow()) {
          assertThat(found.stat().size()).isEqualTo(content.size());
        }
        assertThat(chunks.manifest(content)).isPresent();
      }
    }
  }

  private Content displace(Workspace workspace, byte[] bytes) throws IOException {
    Content content;
    Disk.Stat stat;
    try (DiskFile file = disk.create(FILE, 0644)) {
      file.write(bytes, 0, bytes.length, 0);
      content = Splitter.split(file::read, bytes.length, chunks::node).content();
      stat = file.stat();
    }
    workspace.retire(FILE, stat);
    return content;
  }
}
