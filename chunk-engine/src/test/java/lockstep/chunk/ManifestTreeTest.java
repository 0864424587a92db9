package lockstep.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoWriter;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class ManifestTreeTest {
  private static final int CHUNK = 32 << 10;

  private final Map<Blake3, byte[]> nodes = new HashMap<>();

  @ParameterizedTest
  @SeedSource(count = 40)
  void the_tree_of_a_manifest_gives_the_manifest_back(long seed) throws Exception {
    var gen = new Gen(seed);
    Manifest.Builder chunks = chunks(gen, gen.between(40, 40_000) >>> gen.between(0, 4) | 40);
    Blake3 root = ManifestTree.build(chunks, nodes::put);
    var tree = new ManifestTree(new Content(chunks.size(), root));

    assertThat(tree.missing(this::find)).isEmpty();
    assertThat(tree.manifest(this::find)).hasValue(chunks.build(root));
  }

  @ParameterizedTest
  @SeedSource(count = 20)
  void fetching_what_is_missing_again_and_again_gets_every_node_once(long seed) throws Exception {
    var gen = new Gen(seed);
    Manifest.Builder chunks = chunks(gen, gen.between(40, 20_000));
    Map<Blake3, byte[]> remote = new HashMap<>();
    Blake3 root = ManifestTree.build(chunks, remote::put);
    var tree = new ManifestTree(new Content(chunks.size(), root));

    int rounds = 0;
    for (var wanted = tree.missing(this::find); !wanted.isEmpty(); rounds++) {
      assertThat(tree.manifest(this::find)).isEmpty();
      wanted.forEach(hash -> assertThat(nodes.put(hash, remote.get(hash))).isNull());
      wanted = tree.missing(this::find);
    }

    assertThat(nodes).hasSameSizeAs(remote);
    assertThat(rounds).isLessThanOrEqualTo(ManifestNode.LEVEL_MAX + 1);
    assertThat(tree.manifest(this::find)).isPresent();
  }

  @ParameterizedTest
  @SeedSource(count = 20)
  void one_chunk_replaced_changes_few_nodes(long seed) {
    var gen = new Gen(seed);
    List<Blake3> hashes = hashes(gen, 65_536); // 2 GiB
    ManifestTree.build(chunks(hashes), nodes::put);
    Map<Blake3, byte[]> edited = new HashMap<>();
    hashes.set(gen.between(0, hashes.size() - 1), Blake3.of(gen.bytes(9)));
    ManifestTree.build(chunks(hashes), edited::put);

    edited.keySet().removeAll(nodes.keySet());

    assertThat(edited).hasSizeBetween(2, 9);
    assertThat(edited.values().stream().mapToInt(b -> b.length).sum()).isLessThan(64 << 10);
  }

  @ParameterizedTest
  @SeedSource(count = 300)
  void nodes_of_noise_are_refused_and_nothing_else_happens(long seed) throws Exception {
    var gen = new Gen(seed);
    byte[] bytes = node(0, List.of(100L, 200L), hashes(gen, 2));
    for (int i = gen.between(1, 4); i > 0; i--) {
      bytes[gen.between(0, bytes.length - 1)] ^= (byte) gen.between(1, 255);
    }
    try {
      ManifestNode decoded = ManifestNode.decode(bytes);
      assertThat(decoded.length()).isBetween(1L, Chunking.SIZE_MAX);
      assertThat(decoded.entries()).hasSizeBetween(1, ManifestNode.ENTRIES_MAX);
    } catch (PeerViolationException expected) {
      assertThat(expected).hasMessageMatching("(?s)(a manifest node|malformed message).*");
    }
  }

  @Test
  void nodes_out_of_bounds_are_violations() {
    List<Blake3> two = hashes(new Gen(1), 2);
    refused(node(0, List.of(), List.of()));
    refused(node(0, List.of(1L), two));
    refused(node(0, List.of(1L, 2L, 3L), two));
    refused(node(0, List.of(1L, 0L), two));
    refused(node(0, List.of(1L, -1L), two));
    refused(node(0, List.of(1L, Chunking.SIZE_MAX), two));
    refused(node(ManifestNode.LEVEL_MAX + 1, List.of(1L, 2L), two));
    refused(node(0, Collections.nCopies(257, 1L), hashes(new Gen(2), 257)));
    refused(new byte[ManifestNode.BYTES_MAX + 1]);
    refused(new ProtoWriter().varint(1, 2).toBytes());
    refused(new byte[0]);
  }

  private static void refused(byte[] node) {
    assertThatThrownBy(() -> ManifestNode.decode(node)).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void a_root_that_covers_another_size_is_a_violation() throws Exception {
    Manifest.Builder chunks = chunks(new Gen(1), 50);
    Blake3 root = ManifestTree.build(chunks, nodes::put);
    violated(new Content(chunks.size() + 1, root));
  }

  @Test
  void a_child_of_another_length_or_level_is_a_violation() throws Exception {
    Blake3 leaf = add(0, List.of((long) CHUNK, (long) CHUNK), hashes(new Gen(1), 2));
    Blake3 wrongLength = add(1, List.of(3L * CHUNK, 64L * CHUNK), List.of(leaf, leaf));
    violated(new Content(67L * CHUNK, wrongLength));
    Blake3 wrongLevel = add(2, List.of(2L * CHUNK, 2L * CHUNK), List.of(leaf, leaf));
    violated(new Content(4L * CHUNK, wrongLevel));
  }

  @Test
  void chunks_longer_or_shorter_than_the_size_allows_are_violations() throws Exception {
    for (long length : new long[] {1, 8191, 65_537, 1 << 20}) {
      Blake3 root = add(0, List.of(length, 2_000_000L - length), hashes(new Gen(1), 2));
      assertThatThrownBy(() -> new ManifestTree(new Content(2_000_000, root)).manifest(this::find))
          .isInstanceOf(PeerViolationException.class);
    }
  }

  @Test
  void a_small_tree_that_claims_a_vast_file_of_one_byte_chunks_is_stopped_at_once()
      throws Exception {
    Blake3 node =
        add(0, Collections.nCopies(256, 1L), Collections.nCopies(256, Blake3.of(new byte[1])));
    long length = 256;
    for (int level = 1; level <= 4; level++, length *= 256) {
      node = add(level, Collections.nCopies(256, length), Collections.nCopies(256, node));
    }
    var tree = new ManifestTree(new Content(length, node));

    assertThat(tree.missing(this::find)).isEmpty();
    assertThatThrownBy(() -> tree.manifest(this::find))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("has a chunk of 1 bytes at 0");
  }

  @Test
  void a_content_above_the_largest_size_is_a_violation() {
    assertThatThrownBy(
            () -> new ManifestTree(new Content(Chunking.SIZE_MAX + 1, Blake3.of(new byte[0]))))
        .isInstanceOf(PeerViolationException.class);
  }

  private void violated(Content content) throws PeerViolationException {
    var tree = new ManifestTree(content);
    assertThatThrownBy(() -> tree.missing(this::find)).isInstanceOf(PeerViolationException.class);
    assertThatThrownBy(() -> tree.manifest(this::find)).isInstanceOf(PeerViolationException.class);
  }

  private Blake3 add(int level, List<Long> lengths, List<Blake3> hashes) {
    byte[] bytes = node(level, lengths, hashes);
    Blake3 hash = ManifestNode.hash(bytes);
    nodes.put(hash, bytes);
    return hash;
  }

  /// A node as anybody could write it.
  private static byte[] node(int level, List<Long> lengths, List<Blake3> hashes) {
    var packed = new ProtoWriter();
    byte[] lengthBytes = new byte[lengths.size() * 10];
    int at = 0;
    for (long length : lengths) at += lockstep.base.Varints.write(length, lengthBytes, at);
    byte[] hashBytes = new byte[hashes.size() * Blake3.LENGTH];
    for (int i = 0; i < hashes.size(); i++) {
      System.arraycopy(hashes.get(i).bytes(), 0, hashBytes, i * Blake3.LENGTH, Blake3.LENGTH);
    }
    return packed
        .varint(1, 1)
        .varint(2, level)
        .bytesAlways(3, lengthBytes, 0, at)
        .bytes(4, hashBytes)
        .toBytes();
  }

  private Optional<ManifestNode> find(Blake3 hash) {
    return Optional.ofNullable(nodes.get(hash)).map(ManifestNode::trusted);
  }

  private static Manifest.Builder chunks(Gen gen, int count) {
    return chunks(hashes(gen, count));
  }

  private static Manifest.Builder chunks(List<Blake3> hashes) {
    var chunks = new Manifest.Builder(4);
    hashes.forEach(hash -> chunks.add(hash, CHUNK));
    return chunks;
  }

  private static List<Blake3> hashes(Gen gen, int count) {
    var hashes = new ArrayList<Blake3>();
    for (int i = 0; i < count; i++) {
      hashes.add(new Blake3(gen.anyLong(), gen.anyLong(), gen.anyLong(), gen.anyLong()));
    }
    assertThat(new HashSet<>(hashes)).isNotEmpty();
    return hashes;
  }
}
