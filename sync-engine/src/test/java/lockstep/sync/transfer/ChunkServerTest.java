package lockstep.sync.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.DiskFile;
import lockstep.base.TimeSource;
import lockstep.base.Varints;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Splitter;
import lockstep.p2p.PeerStream;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ChunkServerTest {
  @TempDir Path directory;

  private final Gen gen = new Gen(2);
  private final PipedNetwork network = new PipedNetwork();
  private TransferPeer alice;
  private PipedNetwork.Port bob;

  @BeforeEach
  void aServerAndAMember() throws IOException {
    alice = new TransferPeer(network, directory.resolve("alice"), TransferLimits.DEFAULT);
    bob = network.join(TransferPeer.peerId("bob"));
    alice.members.add(bob.self());
  }

  @AfterEach
  void close() throws IOException {
    alice.close();
  }

  private PeerStream ask(Blake3 folder, ChunkRequest.Item... items) throws IOException {
    PeerStream stream = bob.open(alice.id(), ChunkServer.PROTOCOL);
    new ChunkRequest(folder, List.of(items)).write(stream.output());
    return stream;
  }

  private PeerStream ask(ChunkRequest.Item... items) throws IOException {
    return ask(TransferPeer.FOLDER, items);
  }

  private static ChunkRequest.Item range(Content content, int first, int count) {
    return new ChunkRequest.Item.Range(content, first, count);
  }

  private static void assertRefused(PeerStream stream) {
    assertThatThrownBy(() -> stream.input().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }

  private void assertRefused(Blake3 folder, ChunkRequest.Item... items) {
    assertThatThrownBy(() -> ask(folder, items).input().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }

  private void assertRefused(ChunkRequest.Item... items) {
    assertRefused(TransferPeer.FOLDER, items);
  }

  @Test
  void a_stranger_is_refused() throws IOException {
    Content content = alice.put("a", gen.bytes(10));
    alice.members.clear();
    assertRefused(range(content, 0, 1));
  }

  @Test
  void an_unknown_folder_is_refused_in_the_same_way() throws IOException {
    Content content = alice.put("a", gen.bytes(10));
    assertRefused(Blake3.of(new byte[] {9}), range(content, 0, 1));
  }

  @Test
  void a_member_that_is_revoked_is_refused_on_an_open_stream() throws IOException {
    PeerStream stream = ask(new ChunkRequest.Item.ManifestNode(Blake3.of(new byte[] {9}), 0, 0));
    assertThat(stream.input().read()).isEqualTo(ChunkRequest.ABSENT);
    alice.members.clear();
    new ChunkRequest(TransferPeer.FOLDER, List.of()).write(stream.output());
    assertRefused(stream);
  }

  @Test
  void what_is_not_there_is_absent() throws IOException {
    Blake3 unknown = Blake3.of(new byte[] {9});
    PeerStream stream =
        ask(
            new ChunkRequest.Item.ManifestNode(unknown, 0, 0),
            range(new Content(100, unknown), 0, 1),
            range(new Content(100_000_000, unknown), 0, 1),
            new ChunkRequest.Item.Have(new Content(100_000_000, unknown)),
            new ChunkRequest.Item.Have(new Content(1, unknown)));
    assertThat(stream.input().readNBytes(5)).containsOnly(ChunkRequest.ABSENT);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, ChunkRequest.COUNT_MAX})
  void a_root_comes_with_the_nodes_below_it(int wanted) throws IOException {
    Content content = alice.put("l", gen.bytes(20_000_000));
    List<Blake3> below = alice.chunks.below(content.root());
    assertThat(below).hasSizeGreaterThan(2);

    var chunks = ChunkStore.inMemory();
    InputStream answer =
        ask(new ChunkRequest.Item.ManifestNode(content.root(), content.size(), wanted)).input();
    assertThat(answer.read()).isEqualTo(ChunkRequest.PRESENT);
    chunks.accept(content.root(), bytes(answer));
    long count = Varints.read(answer, wanted);
    assertThat(count).isEqualTo(Math.min(wanted, below.size()));
    for (Blake3 node : below.subList(0, (int) count)) {
      chunks.accept(node, bytes(answer));
    }
    assertThat(chunks.missing(content)).hasSize(below.size() - (int) count);
  }

  private static byte[] bytes(InputStream in) throws IOException {
    return in.readNBytes((int) Varints.read(in, ChunkRequest.NODE_BYTES_MAX));
  }

  /// It lost its last name while it was fetched, so that the history alone has it.
  @Test
  void what_has_lost_its_manifest_is_read_anew_for_who_has_that_already() throws IOException {
    Content one = alice.put("one", gen.bytes(2_000_000));
    Content other = alice.put("other", gen.bytes(2_000_000));
    alice.chunks.forget(one);
    alice.chunks.forget(other);
    LocalContents history =
        kept -> {
          Optional<DiskFile> file = alice.open(kept);
          if (file.isPresent()) Splitter.split(file.get()::read, kept.size(), alice.chunks::node);
          return file;
        };
    var serving = new ChunkServer.Serving(alice.members::contains, history, alice.chunks);
    var server =
        new ChunkServer(
            _ -> Optional.of(serving),
            TimeSource.system(),
            TransferLimits.DEFAULT,
            alice.bandwidth);
    alice.port.handle(ChunkServer.PROTOCOL, server.handler());

    PeerStream asked = ask(new ChunkRequest.Item.Have(one));
    assertThat(asked.input().read()).isEqualTo(ChunkRequest.PRESENT);
    asked = ask(range(other, 1, 1));
    assertThat(asked.input().read()).isEqualTo(ChunkRequest.PRESENT);
  }

  @Test
  void ranges_outside_the_content_are_refused() throws IOException {
    Content small = alice.put("s", gen.bytes(100));
    Content large = alice.put("l", gen.bytes(2_000_000));
    assertRefused(range(small, 1, 1));
    assertRefused(range(small, 0, 2));
    assertRefused(range(small, 0, 0));
    assertRefused(range(large, 0, ChunkRequest.COUNT_MAX));
    assertRefused(range(large, Integer.MAX_VALUE, ChunkRequest.COUNT_MAX));
    assertRefused(range(large, 0, 0));
  }

  @Test
  void more_than_a_request_may_ask_for_is_refused() throws IOException {
    Content content = alice.put("l", gen.bytes(5_000_000));
    int count = alice.chunks.manifest(content).orElseThrow().count();
    PeerStream stream = ask(range(content, 0, count), range(content, 0, count));
    assertThatThrownBy(() -> stream.input().readAllBytes()).isInstanceOf(IOException.class);
    assertThat(bob.received()).isLessThan(5_100_000);
  }

  @Test
  void a_peer_may_open_only_so_many_streams() throws IOException {
    var held = new ArrayList<PeerStream>();
    Blake3 unknown = Blake3.of(new byte[] {9});
    for (int i = 0; i < TransferLimits.DEFAULT.streamsServedPerPeer(); i++) {
      PeerStream stream = ask(new ChunkRequest.Item.ManifestNode(unknown, 0, 0));
      assertThat(stream.input().read()).isEqualTo(ChunkRequest.ABSENT);
      held.add(stream);
    }
    assertRefused(new ChunkRequest.Item.ManifestNode(unknown, 0, 0));
    held.getFirst().close();
  }
}
