package lockstep.sync.transfer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.BitSet;
import java.util.function.IntUnaryOperator;
import lockstep.chunk.Manifest;
import lockstep.chunk.Splitter;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class ChunkMapTest {
  private static final IntUnaryOperator EQUAL = block -> 1;

  private static Manifest manifest(int size) throws IOException {
    byte[] bytes = new Gen(size).bytes(size);
    return Splitter.split(
        (buffer, offset, length, position) -> {
          int count = (int) Math.min(length, size - position);
          System.arraycopy(bytes, (int) position, buffer, offset, count);
          return count;
        },
        size,
        (hash, node) -> {});
  }

  private static ChunkMap.Run ask(ChunkMap map, int start, long bytesMax) {
    return requireNonNull(map.ask(null, start, EQUAL, bytesMax));
  }

  @ParameterizedTest
  @SeedSource(count = 30)
  void every_chunk_is_asked_for_until_it_is_held(long seed) throws IOException {
    var gen = new Gen(seed);
    Manifest manifest = manifest(gen.between(200_000, 4_000_000));
    var map = new ChunkMap(manifest);
    int blocks = ChunkMap.blocks(manifest.count());
    int held = 0;
    long heldBytes = 0;
    while (!map.isComplete()) {
      int start = gen.between(0, blocks - 1);
      ChunkMap.Run run = ask(map, start, gen.between(1, 2_000_000));
      assertThat(run.bytes()).isEqualTo(Assembly.bytes(manifest, run.first(), run.count()));
      if (gen.chance(30)) {
        map.giveUp(run.first(), run.count());
      } else {
        map.hold(run.first(), run.count());
        map.hold(run.first(), run.count()); // what is held already counts once
        held += run.count();
        heldBytes += run.bytes();
        assertThat(map.heldBytes()).isEqualTo(heldBytes);
        assertThat(map.absentBytes()).isEqualTo(manifest.content().size() - heldBytes);
      }
    }
    assertThat(held).isEqualTo(manifest.count());
    assertThat(map.absentBytes()).isZero();
    assertThat(map.ask(null, 0, EQUAL, 1)).isNull();
    assertThat(map.heldBlocks().cardinality()).isEqualTo(blocks);
  }

  @Test
  void what_is_asked_for_is_not_asked_for_twice() throws IOException {
    var map = new ChunkMap(manifest(2_000_000));
    ChunkMap.Run first = ask(map, 0, 100_000);
    ChunkMap.Run second = ask(map, 0, 100_000);
    assertThat(second.first()).isEqualTo(first.first() + first.count());
  }

  @Test
  void a_late_giving_up_takes_nothing_back_that_has_come() throws IOException {
    Manifest manifest = manifest(2_000_000);
    var map = new ChunkMap(manifest);
    map.hold(0, manifest.count());
    map.giveUp(0, manifest.count());
    assertThat(map.isComplete()).isTrue();
    assertThat(map.ask(null, 0, EQUAL, 1)).isNull();
  }

  @Test
  void the_rarest_block_that_is_available_comes_first() throws IOException {
    var map = new ChunkMap(manifest(8_000_000));
    var available = new BitSet();
    available.set(0, 4);
    ChunkMap.Run run =
        requireNonNull(map.ask(available, 0, block -> block == 2 ? 2 : block == 5 ? 1 : 3, 1));
    assertThat(run.first()).isEqualTo(2 * ChunkMap.BLOCK_CHUNKS);
  }
}
