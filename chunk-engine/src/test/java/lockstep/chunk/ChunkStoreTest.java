package lockstep.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.PeerViolationException;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

class ChunkStoreTest {
  private static final int SIZE = 3 << 20;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void place() {
    file = directory.resolve("chunks.mv");
  }

  @Test
  void a_manifest_comes_back_after_reopening() throws IOException {
    Manifest manifest;
    try (var store = ChunkStore.open(file)) {
      manifest = split(new Gen(1).bytes(SIZE), store);
    }
    try (var store = ChunkStore.open(file)) {
      assertThat(store.manifest(manifest.content())).hasValue(manifest);
      assertThat(store.missing(manifest.content())).isEmpty();
    }
  }

  @Test
  void a_small_file_needs_no_nodes() throws IOException {
    byte[] bytes = {1, 2, 3};
    var content = new Content(3, Blake3.of(bytes));
    try (var store = ChunkStore.open(file)) {
      assertThat(store.missing(content)).isEmpty();
      assertThat(store.manifest(content)).hasValue(Manifest.single(content));
      assertThat(store.manifest(content).orElseThrow().chunk(0))
          .isEqualTo(new ChunkRef(content.root(), 3));
    }
  }

  @ParameterizedTest
  @SeedSource(count = 3)
  void a_manifest_is_fetched_from_a_peers_store(long seed) throws IOException {
    try (var theirs = ChunkStore.open(file);
        var ours = ChunkStore.open(directory.resolve("ours.mv"))) {
      Manifest manifest = split(new Gen(seed).bytes(SIZE), theirs);
      Content content = manifest.content();
      assertThat(ours.manifest(content)).isEmpty();
      for (var missing = ours.missing(content);
          !missing.isEmpty();
          missing = ours.missing(content)) {
        for (Blake3 hash : missing) ours.accept(hash, theirs.node(hash).orElseThrow());
      }
      assertThat(ours.manifest(content)).hasValue(manifest);
    }
  }

  @Test
  void a_node_that_was_not_asked_for_is_a_violation() throws IOException {
    try (var store = ChunkStore.open(file)) {
      Manifest manifest = split(new Gen(1).bytes(SIZE), store);
      byte[] node = store.node(manifest.content().root()).orElseThrow();
      Blake3 other = Blake3.of(new byte[1]);
      assertThatThrownBy(() -> store.accept(other, node))
          .isInstanceOf(PeerViolationException.class);
      assertThatThrownBy(() -> store.accept(Blake3.of(node), new byte[] {1, 2}))
          .isInstanceOf(PeerViolationException.class);
      assertThat(store.node(other)).isEmpty();
    }
  }

  @Test
  void chunks_are_found_until_their_content_is_forgotten() throws IOException {
    try (var store = ChunkStore.open(file)) {
      Manifest manifest = split(new Gen(1).bytes(SIZE), store);
      store.index(manifest);
      for (int i = 0; i < manifest.count(); i++) {
        assertThat(store.locate(manifest.hash(i)))
            .hasValue(new Place(manifest.content(), manifest.offset(i), manifest.length(i)));
      }
      store.forget(manifest.content());
      assertThat(store.locate(manifest.hash(0))).isEmpty();
    }
  }

  @Test
  void forgetting_an_old_version_keeps_what_the_new_one_shares() throws IOException {
    byte[] bytes = new Gen(1).bytes(SIZE);
    try (var store = ChunkStore.open(file)) {
      Manifest old = split(bytes, store);
      store.index(old);
      bytes[SIZE / 2] ^= 1;
      Manifest now = split(bytes, store);
      store.index(now);

      store.forget(old.content());

      assertThat(store.manifest(now.content())).hasValue(now);
      assertThat(store.manifest(old.content())).isEmpty();
      assertThat(store.locate(now.hash(0)).orElseThrow().content()).isEqualTo(now.content());
    }
  }

  @Test
  void when_all_contents_are_forgotten_no_node_is_left() throws IOException {
    var gen = new Gen(1);
    byte[] bytes = gen.bytes(SIZE);
    try (var store = ChunkStore.open(file)) {
      Set<Blake3> nodes = new HashSet<>();
      Set<Content> contents = new HashSet<>();
      for (int version = 0; version < 6; version++) {
        bytes[gen.between(0, SIZE - 1)] ^= 1;
        Manifest manifest =
            Splitter.split(
                SplitterTest.source(bytes),
                SIZE,
                (hash, node) -> {
                  nodes.add(hash);
                  store.node(hash, node);
                });
        store.index(manifest);
        contents.add(manifest.content());
      }
      assertThat(nodes).isNotEmpty().allMatch(hash -> store.node(hash).isPresent());
      contents.forEach(store::forget);
      assertThat(nodes).allMatch(hash -> store.node(hash).isEmpty());
    }
  }

  @Test
  void a_deleted_store_is_begun_anew() throws IOException {
    Manifest manifest;
    try (var store = ChunkStore.open(file)) {
      manifest = split(new Gen(1).bytes(SIZE), store);
    }
    Files.delete(file);
    try (var store = ChunkStore.open(file)) {
      assertThat(store.missing(manifest.content())).containsExactly(manifest.content().root());
      assertThat(split(new Gen(1).bytes(SIZE), store)).isEqualTo(manifest);
      assertThat(store.manifest(manifest.content())).hasValue(manifest);
    }
  }

  @ParameterizedTest
  @SeedSource(count = 12)
  void a_garbage_file_is_moved_aside_and_begun_anew(long seed) throws IOException {
    byte[] garbage = new Gen(seed).bytes(10 + (int) seed * 3000);
    Files.write(file, garbage);
    try (var store = ChunkStore.open(file)) {
      Manifest manifest = split(new Gen(1).bytes(SIZE), store);
      assertThat(store.manifest(manifest.content())).hasValue(manifest);
    }
    assertThat(directory.resolve("chunks.mv.damaged")).hasBinaryContent(garbage);
  }

  @ParameterizedTest
  @SeedSource(count = 25)
  void whatever_is_damaged_no_wrong_manifest_comes_out(long seed) throws IOException {
    var gen = new Gen(seed);
    Manifest manifest;
    try (var store = ChunkStore.open(file)) {
      manifest = split(new Gen(1).bytes(SIZE), store);
    }
    byte[] bytes = Files.readAllBytes(file);
    int length = gen.between(1, 5000);
    int at = gen.between(0, bytes.length - length);
    System.arraycopy(gen.bytes(length), 0, bytes, at, length);
    Files.write(file, bytes);

    try (var store = ChunkStore.open(file)) {
      var found = store.manifest(manifest.content());
      if (found.isPresent()) assertThat(found).hasValue(manifest);
      // Damage that shows only now may take what was put in so far with it, once.
      split(new Gen(1).bytes(SIZE), store);
      if (store.manifest(manifest.content()).isEmpty()) split(new Gen(1).bytes(SIZE), store);
      assertThat(store.manifest(manifest.content())).hasValue(manifest);
      store.forget(manifest.content());
    }
  }

  @Test
  void a_store_has_one_owner() throws IOException {
    try (var _ = ChunkStore.open(file)) {
      assertThatThrownBy(() -> ChunkStore.open(file)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_closed_store_is_not_opened_again_by_use() throws IOException {
    var store = ChunkStore.open(file);
    store.close();
    assertThatThrownBy(() -> store.node(Blake3.of(new byte[0])))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Manifest split(byte[] bytes, ChunkStore store) throws IOException {
    return Splitter.split(SplitterTest.source(bytes), bytes.length, store);
  }
}
