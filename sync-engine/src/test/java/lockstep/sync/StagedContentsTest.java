package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Splitter;
import lockstep.recovery.StagedFile;
import lockstep.recovery.Workspace;
import lockstep.sync.transfer.Wanted;
import lockstep.testkit.Gen;
import lockstep.testkit.sim.Scheduler;
import lockstep.testkit.sim.SimDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What could not be installed is found by whoever needs its bytes.
class StagedContentsTest {
  private static final RelPath COPY = RelPath.of("scene (conflict laptop 2026-01-01).blend");

  private final Scheduler world = new Scheduler(1);
  private final Disk disk = new SimDisk(world).engine();
  private final ChunkStore chunks = ChunkStore.inMemory();
  private final byte[] bytes = new Gen(1).bytes(300_000);
  private Workspace workspace;
  private StagedContents contents;
  private Content content;

  @BeforeEach
  void open() throws IOException {
    workspace = Workspace.open(disk, world);
    contents = new StagedContents(workspace, chunks, world);
    content = contentOf(bytes);
  }

  @Test
  void what_lies_whole_in_staging_is_found_and_known_from_then_on() throws IOException {
    stage(bytes.length);

    assertThat(contents.open(content)).isEmpty();
    try (DiskFile found = contents.search(content).orElseThrow();
        DiskFile known = contents.open(content).orElseThrow()) {
      assertThat(found.stat()).isEqualTo(known.stat());
    }
    assertThat(chunks.manifest(content)).isPresent();
  }

  @Test
  void what_is_still_coming_is_not_there() throws IOException {
    stage(bytes.length - 1);

    assertThat(contents.search(content)).isEmpty();
  }

  @Test
  void what_has_its_length_and_not_its_bytes_is_not_it() throws IOException {
    bytes[7]++;
    stage(bytes.length);

    assertThat(contents.search(content)).isEmpty();
  }

  @Test
  void what_was_installed_meanwhile_is_not_there_any_more() throws IOException {
    stage(bytes.length);
    contents.search(content).orElseThrow().close();
    workspace.discard(Wanted.id(COPY, content));

    assertThat(contents.open(content)).isEmpty();
  }

  private Content contentOf(byte[] bytes) throws IOException {
    try (DiskFile file = disk.create(RelPath.of("scene.blend"), 0644)) {
      file.write(bytes, 0, bytes.length, 0);
      return Splitter.split(file::read, bytes.length, (_, _) -> {}).content();
    }
  }

  private void stage(int length) throws IOException {
    try (StagedFile staged = workspace.stage(Wanted.id(COPY, content))) {
      staged.file().write(bytes, 0, length, 0);
    }
  }
}
