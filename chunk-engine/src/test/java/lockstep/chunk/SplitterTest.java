package lockstep.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class SplitterTest {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  @ParameterizedTest
  @SeedSource(count = 30)
  void chunks_laid_end_to_end_are_the_file(long seed) throws IOException {
    var gen = new Gen(seed);
    byte[] file = file(gen, gen.between(0, 5 * MIB) >>> gen.between(0, 12));

    Manifest manifest = split(file);

    assertThat(manifest.content().size()).isEqualTo(file.length);
    long offset = 0;
    for (int i = 0; i < manifest.count(); i++) {
      assertThat(manifest.offset(i)).isEqualTo(offset);
      assertThat(manifest.hash(i)).isEqualTo(Blake3.of(file, (int) offset, manifest.length(i)));
      offset += manifest.length(i);
    }
    assertThat(offset).isEqualTo(file.length);
  }

  @ParameterizedTest
  @SeedSource(count = 20)
  void every_chunk_has_a_length_that_the_files_size_allows(long seed) throws IOException {
    var gen = new Gen(seed);
    byte[] file = file(gen, gen.between(1, 3 * MIB));
    Chunking chunking = Chunking.of(file.length);

    Manifest manifest = split(file);

    for (int i = 0; i < manifest.count(); i++) {
      assertThat(manifest.length(i)).isBetween(1, chunking.longest());
      if (i + 1 < manifest.count()) {
        assertThat(manifest.length(i)).isGreaterThanOrEqualTo(chunking.shortest());
      }
    }
  }

  @Test
  void the_root_of_a_file_of_one_chunk_is_the_hash_of_its_bytes() throws IOException {
    for (int size : new int[] {0, 1, 4096, Chunking.SINGLE_MAX}) {
      byte[] file = file(new Gen(size), size);
      Map<Blake3, byte[]> nodes = new HashMap<>();
      Manifest manifest = Splitter.split(source(file), size, nodes::put);
      assertThat(manifest.content()).isEqualTo(new Content(size, Blake3.of(file)));
      assertThat(manifest.count()).isEqualTo(size == 0 ? 0 : 1);
      assertThat(nodes).isEmpty();
    }
  }

  @Test
  void middling_files_are_cut_at_fixed_places() throws IOException {
    Manifest manifest = split(file(new Gen(1), 300 * KIB));
    assertThat(manifest.count()).isEqualTo(3);
    assertThat(manifest.length(0)).isEqualTo(128 * KIB);
    assertThat(manifest.length(2)).isEqualTo(44 * KIB);
  }

  @ParameterizedTest
  @SeedSource(count = 20)
  void how_much_each_read_returns_changes_nothing(long seed) throws IOException {
    var gen = new Gen(seed);
    byte[] file = file(gen, gen.between(1, 3 * MIB));
    Splitter.Source whole = source(file);
    Splitter.Source stingy =
        (buffer, offset, length, position) ->
            whole.read(buffer, offset, Math.min(length, 1 + (int) (position % 70_000)), position);
    assertThat(Splitter.split(stingy, file.length, (_, _) -> {})).isEqualTo(split(file));
  }

  @Test
  void a_file_that_ends_early_has_changed_and_leaves_no_nodes() {
    for (int size : new int[] {10, 200 * KIB, 3 * MIB}) {
      byte[] file = new byte[size];
      Set<Blake3> nodes = new HashSet<>();
      assertThatThrownBy(() -> Splitter.split(source(file), size + 1, (hash, _) -> nodes.add(hash)))
          .isInstanceOf(ContentChangedException.class)
          .hasMessageContaining("ended at " + size);
      assertThat(nodes).isEmpty();
    }
  }

  @Test
  void a_failing_disk_fails_the_split_with_its_own_exception() {
    Splitter.Source broken =
        (buffer, offset, length, position) -> {
          if (position > 2 * MIB) throw new IOException("bad sector");
          return length;
        };
    assertThatThrownBy(() -> Splitter.split(broken, 8 * MIB, (_, _) -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("bad sector");
  }

  @Test
  void files_too_large_for_a_manifest_are_refused() {
    assertThatThrownBy(
            () -> Splitter.split(source(new byte[0]), Chunking.SIZE_MAX + 1, (_, _) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// The format: an edit of the gear table, the masks or the node encoding shows here.
  @Test
  void the_names_of_known_files_never_change() throws IOException {
    byte[] file = new byte[3 * MIB];
    var random = new SplittableRandom(2026);
    random.nextBytes(file);
    assertThat(split(file).content().root())
        .hasToString("d7c1a59a642aecf7bbbe203a149d452803bda36fadbca1237dce754f61c9a515");
    assertThat(split(Arrays.copyOf(file, MIB)).content().root())
        .hasToString("3e53daa139b83e6083a831ddf20fcc4a96c51967484ea69fa4f30a38b1129c3d");
  }

  @ParameterizedTest
  @SeedSource(count = 10)
  void a_byte_changed_moves_few_chunks_and_few_node_bytes(long seed) throws IOException {
    var gen = new Gen(seed);
    byte[] file = gen.bytes(8 * MIB);
    byte[] edited = file.clone();
    edited[gen.between(0, file.length - 1)] ^= 1;

    Moved moved = moved(file, edited);

    assertThat(moved.chunks).isBetween(1, 3);
    assertThat(moved.chunkBytes + moved.nodeBytes).isLessThan(128 * KIB);
  }

  @ParameterizedTest
  @SeedSource(count = 10)
  void bytes_inserted_at_the_front_move_few_chunks(long seed) throws IOException {
    var gen = new Gen(seed);
    byte[] file = gen.bytes(8 * MIB);
    byte[] longer = new byte[file.length + KIB];
    System.arraycopy(gen.bytes(KIB), 0, longer, 0, KIB);
    System.arraycopy(file, 0, longer, KIB, file.length);

    Moved moved = moved(file, longer);

    assertThat(moved.chunks).isBetween(1, 12);
    assertThat(moved.chunkBytes + moved.nodeBytes).isLessThan(512 * KIB);
  }

  /// What a device that has `before` must fetch for `after`.
  private static Moved moved(byte[] before, byte[] after) throws IOException {
    Map<Blake3, byte[]> oldNodes = new HashMap<>();
    Map<Blake3, byte[]> newNodes = new HashMap<>();
    Manifest old = Splitter.split(source(before), before.length, oldNodes::put);
    Manifest now = Splitter.split(source(after), after.length, newNodes::put);
    Set<Blake3> have = new HashSet<>();
    for (int i = 0; i < old.count(); i++) have.add(old.hash(i));
    int chunks = 0;
    int chunkBytes = 0;
    for (int i = 0; i < now.count(); i++) {
      if (have.add(now.hash(i))) {
        chunks++;
        chunkBytes += now.length(i);
      }
    }
    newNodes.keySet().removeAll(oldNodes.keySet());
    int nodeBytes = newNodes.values().stream().mapToInt(bytes -> bytes.length).sum();
    return new Moved(chunks, chunkBytes, nodeBytes);
  }

  private record Moved(int chunks, int chunkBytes, int nodeBytes) {}

  private static Manifest split(byte[] file) throws IOException {
    return Splitter.split(source(file), file.length, (_, _) -> {});
  }

  /// Noise, zeros, or both.
  private static byte[] file(Gen gen, int size) {
    byte[] file = gen.chance(20) ? new byte[size] : gen.bytes(size);
    if (gen.chance(20)) Arrays.fill(file, size / 3, size / 2, (byte) 7);
    return file;
  }

  static Splitter.Source source(byte[] file) {
    return (buffer, offset, length, position) -> {
      if (position >= file.length) return -1;
      int read = (int) Math.min(length, file.length - position);
      System.arraycopy(file, (int) position, buffer, offset, read);
      return read;
    };
  }
}
