package lockstep.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class ChunkIndexTest {
  private final ChunkIndex index = new ChunkIndex();

  /// The model: which content was added last, of each chunk, and is still there.
  @ParameterizedTest
  @SeedSource(count = 40)
  void behaves_as_a_map_from_chunk_to_latest_place(long seed) {
    var gen = new Gen(seed);
    Map<Blake3, Place> model = new HashMap<>();
    List<Manifest> manifests = new ArrayList<>();
    for (int step = 0; step < 60; step++) {
      if (gen.chance(70) || manifests.isEmpty()) {
        Manifest manifest = manifest(gen, gen.between(1, 200), 4000);
        index.add(manifest);
        for (int i = 0; i < manifest.count(); i++) {
          var place = new Place(manifest.content(), manifest.offset(i), manifest.length(i));
          model.put(manifest.hash(i), place);
        }
        manifests.add(manifest);
      } else {
        Content gone = manifests.remove(gen.between(0, manifests.size() - 1)).content();
        index.remove(gone);
        model.values().removeIf(place -> place.content().equals(gone));
      }
    }
    for (long key = 0; key < 4000; key++) {
      Blake3 hash = chunk(key);
      assertThat(index.locate(hash).orElse(null)).isEqualTo(model.get(hash));
    }
  }

  @Test
  void a_full_index_finds_what_it_took_in_and_has_room_again_after_forgetting() {
    int fill = ChunkIndex.SLOTS_MAX / 4 * 3;
    Manifest first = manifest(0, fill);
    index.add(first);
    Manifest second = manifest(fill, 1000);
    index.add(second);
    assertThat(index.locate(first.hash(fill - 1))).isPresent();
    assertThat(index.locate(second.hash(0))).isEmpty();

    index.remove(first.content());
    index.add(second);

    assertThat(index.locate(second.hash(999))).isPresent();
  }

  @Test
  void places_beyond_4_gib_come_back() {
    var chunks = new Manifest.Builder(3);
    chunks.add(chunk(1), Chunking.SIZE_MAX - Chunking.CHUNK_MAX).add(chunk(2), Chunking.CHUNK_MAX);
    Manifest manifest = chunks.build(chunk(3));
    index.add(manifest);
    var expected =
        new Place(manifest.content(), Chunking.SIZE_MAX - Chunking.CHUNK_MAX, Chunking.CHUNK_MAX);
    assertThat(index.locate(chunk(2))).hasValue(expected);
  }

  private static Manifest manifest(Gen gen, int count, int keys) {
    var chunks = new Manifest.Builder(count);
    var used = new HashMap<Integer, Boolean>();
    for (int i = 0; i < count; i++) {
      int key = gen.between(0, keys - 1);
      if (used.put(key, true) == null) chunks.add(chunk(key), gen.between(1, Chunking.CHUNK_MAX));
    }
    return chunks.build(new Blake3(gen.anyLong(), gen.anyLong(), 1, 1));
  }

  private static Manifest manifest(int from, int count) {
    var chunks = new Manifest.Builder(count);
    for (int i = 0; i < count; i++) chunks.add(chunk(from + i), 10);
    return chunks.build(chunk(-from - 1));
  }

  /// Spread over all 64 bits, as hashes are.
  private static Blake3 chunk(long key) {
    return new Blake3(key * 0x9E3779B97F4A7C15L, 0, 0, key);
  }
}
