package lockstep.sync.transfer;

import static lockstep.sync.transfer.TransferPeer.connect;
import static lockstep.sync.transfer.TransferPeer.wanted;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Varints;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FetcherTest {
  private static final TransferLimits IMPATIENT = limits(Duration.ofMillis(600));

  @TempDir Path directory;

  private final Gen gen = new Gen(1);
  private final PipedNetwork network = new PipedNetwork();
  private final List<TransferPeer> peers = new ArrayList<>();
  private TransferPeer alice;
  private TransferPeer bob;

  private static TransferLimits limits(Duration starved) {
    TransferLimits d = TransferLimits.DEFAULT;
    return new TransferLimits(
        d.streamsPerProvider(),
        d.streamsServedPerPeer(),
        d.requestBytesMax(),
        d.windowBytesMin(),
        d.windowBytesMax(),
        d.smallReadyMax(),
        d.assembliesMax(),
        d.assembliesBytes(),
        Duration.ofMillis(700),
        starved,
        Duration.ofMillis(50),
        Duration.ofMillis(200),
        Duration.ofMillis(500));
  }

  @BeforeEach
  void twoPeers() throws IOException {
    alice = peer("alice");
    bob = peer("bob");
  }

  @AfterEach
  void close() throws IOException {
    for (TransferPeer peer : peers) {
      peer.close();
    }
  }

  private TransferPeer peer(String name) throws IOException {
    var peer = new TransferPeer(network, directory.resolve(name), IMPATIENT);
    peers.add(peer);
    return peer;
  }

  private void assertFetched(TransferPeer peer, Wanted wanted, byte[] bytes) throws Exception {
    peer.fetcher.want(List.of(wanted));
    peer.awaitStaged(List.of(wanted));
    assertThat(peer.staged(wanted)).isEqualTo(bytes);
  }

  @Test
  void an_empty_file_needs_no_peer() throws Exception {
    assertFetched(bob, wanted("empty", new Content(0, Blake3.of(new byte[0]))), new byte[0]);
  }

  @Test
  void a_file_of_one_chunk_arrives() throws Exception {
    byte[] bytes = gen.bytes(5000);
    Content content = alice.put("a", bytes);
    connect(alice, bob);
    assertFetched(bob, wanted("one", content), bytes);
    assertThat(bob.progress()).isEqualTo(5000);
  }

  @Test
  void a_file_of_many_chunks_arrives() throws Exception {
    byte[] bytes = gen.bytes(9_000_001);
    Content content = alice.put("a", bytes);
    connect(alice, bob);
    assertFetched(bob, wanted("many", content), bytes);
    assertThat(bob.progress()).isEqualTo(bytes.length);
  }

  @Test
  void a_sender_keeps_to_its_limit() throws Exception {
    alice.bandwidth.limit(OptionalLong.of(100_000), OptionalLong.empty(), false);
    assertTakesAtLeast(Duration.ofMillis(2900), 300_000);
  }

  @Test
  void a_receiver_keeps_to_its_limit() throws Exception {
    bob.bandwidth.limit(OptionalLong.empty(), OptionalLong.of(100_000), false);
    assertTakesAtLeast(Duration.ofMillis(2900), 300_000);
  }

  @Test
  void a_limit_that_is_lifted_holds_nothing_back_any_more() throws Exception {
    byte[] bytes = gen.bytes(3_000_000);
    alice.bandwidth.limit(OptionalLong.of(16_384), OptionalLong.empty(), false);
    connect(alice, bob);
    Wanted wanted = wanted("a", alice.put("a", bytes));
    bob.fetcher.want(List.of(wanted)); // would take three minutes, and the test gives up after one

    alice.bandwidth.limit(OptionalLong.empty(), OptionalLong.empty(), false);

    bob.awaitStaged(List.of(wanted));
    assertThat(bob.staged(wanted)).isEqualTo(bytes);
  }

  private void assertTakesAtLeast(Duration time, int size) throws Exception {
    byte[] bytes = gen.bytes(size);
    Content content = alice.put("a", bytes);
    connect(alice, bob);
    long begin = System.nanoTime();
    assertFetched(bob, wanted("a", content), bytes);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(time);
  }

  @Test
  void what_is_wanted_before_anybody_is_connected_arrives_later() throws Exception {
    byte[] small = gen.bytes(100);
    byte[] large = gen.bytes(2_000_000);
    var files = List.of(wanted("s", alice.put("s", small)), wanted("l", alice.put("l", large)));
    bob.fetcher.want(files);
    connect(alice, bob);
    bob.awaitStaged(files);
    assertThat(bob.staged(files.get(0))).isEqualTo(small);
    assertThat(bob.staged(files.get(1))).isEqualTo(large);
  }

  @Test
  void thousands_of_small_files_arrive_in_batches() throws Exception {
    Map<Wanted, byte[]> files = new HashMap<>();
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = gen.bytes(4096);
      files.put(wanted("f" + i, alice.put("f" + i, bytes)), bytes);
    }
    connect(alice, bob);
    bob.fetcher.want(files.keySet());
    bob.awaitStaged(files.keySet());
    for (var file : files.entrySet()) {
      assertThat(bob.staged(file.getKey())).isEqualTo(file.getValue());
    }
    assertThat(bob.stagedCalls()).isLessThan(200);
  }

  @Test
  void a_content_that_several_files_want_travels_once() throws Exception {
    byte[] large = gen.bytes(3_000_000);
    byte[] small = gen.bytes(10_000);
    var files = new ArrayList<Wanted>();
    Content one = alice.put("l", large);
    Content two = alice.put("s", small);
    for (int i = 0; i < 5; i++) {
      files.add(wanted("l" + i, one));
      files.add(wanted("s" + i, two));
    }
    bob.fetcher.want(files);
    connect(alice, bob);
    bob.awaitStaged(files);
    for (Wanted file : files) {
      assertThat(bob.staged(file)).isEqualTo(file.content().equals(one) ? large : small);
    }
    assertThat(bob.port.received()).isBetween(3_010_000L, 3_100_000L);
  }

  @Test
  void a_content_that_a_local_file_has_does_not_travel() throws Exception {
    byte[] bytes = gen.bytes(3_000_000);
    Content content = alice.put("a", bytes);
    bob.put("b", bytes);
    byte[] tiny = gen.bytes(10);
    Content tinyContent = bob.put("t", tiny);
    connect(alice, bob);
    assertFetched(bob, wanted("copy", content), bytes);
    assertThat(bob.port.received()).isZero();
    bob.fetcher.want(List.of(wanted("t", tinyContent)));
    bob.awaitStaged(List.of(wanted("copy", content), wanted("t", tinyContent)));
    assertThat(bob.port.received()).isZero();
  }

  @Test
  void a_local_file_that_is_not_what_it_seems_is_not_believed() throws Exception {
    byte[] bytes = gen.bytes(3_000_000);
    Content content = alice.put("a", bytes);
    byte[] other = bytes.clone();
    other[1_000_000]++;
    Content wrong = bob.put("b", other);
    bob.files.put(content, bob.files.get(wrong));
    connect(alice, bob);
    assertFetched(bob, wanted("copy", content), bytes);
    assertThat(bob.port.received()).isBetween(1L, 300_000L);
  }

  @Test
  void an_edit_of_one_byte_moves_one_chunk() throws Exception {
    byte[] before = gen.bytes(20_000_000);
    byte[] after = before.clone();
    after[7_654_321]++;
    Content previous = bob.put("b", before);
    Content content = alice.put("a", after);
    connect(alice, bob);
    assertFetched(bob, wanted("edit", content, Optional.of(previous)), after);
    assertThat(bob.port.received()).isLessThan(150_000);
  }

  @Test
  void chunks_of_any_local_file_are_reused() throws Exception {
    byte[] common = gen.bytes(4_000_000);
    byte[] before = gen.bytes(8_000_000);
    System.arraycopy(common, 0, before, 3_000_000, common.length);
    byte[] after = gen.bytes(8_000_000);
    System.arraycopy(common, 0, after, 1_000_000, common.length);
    bob.put("elsewhere", before);
    Content content = alice.put("a", after);
    connect(alice, bob);
    assertFetched(bob, wanted("new", content), after);
    assertThat(bob.port.received()).isLessThan(4_600_000);
  }

  @Test
  void what_was_verified_before_a_restart_is_not_fetched_again() throws Exception {
    byte[] bytes = gen.bytes(30_000_000);
    Content content = alice.put("a", bytes);
    connect(alice, bob);
    bob.fetcher.want(List.of(wanted("big", content)));
    bob.awaitProgress(8_000_000);
    bob.restartFetcher();
    long before = bob.port.received();
    connect(alice, bob);
    assertFetched(bob, wanted("big", content), bytes);
    assertThat(bob.port.received() - before).isLessThan(24_000_000);
  }

  @Test
  void a_provider_that_vanishes_is_replaced_by_another() throws Exception {
    byte[] bytes = gen.bytes(30_000_000);
    Content content = alice.put("a", bytes);
    TransferPeer carol = peer("carol");
    carol.put("c", bytes);
    connect(alice, bob, carol);
    bob.fetcher.want(List.of(wanted("big", content)));
    bob.awaitProgress(3_000_000);
    alice.port.unplug();
    bob.awaitStaged(List.of(wanted("big", content)));
    assertThat(bob.staged(wanted("big", content))).isEqualTo(bytes);
  }

  @Test
  void a_provider_that_vanishes_and_returns_goes_on() throws Exception {
    byte[] bytes = gen.bytes(20_000_000);
    Content content = alice.put("a", bytes);
    connect(alice, bob);
    bob.fetcher.want(List.of(wanted("big", content)));
    bob.awaitProgress(2_000_000);
    alice.port.unplug();
    bob.fetcher.providers(Set.of());
    alice.port.plug();
    bob.fetcher.providers(Set.of(alice.id()));
    bob.awaitStaged(List.of(wanted("big", content)));
    assertThat(bob.staged(wanted("big", content))).isEqualTo(bytes);
  }

  @Test
  void what_is_here_of_a_file_that_is_not_complete_is_told() throws Exception {
    byte[] bytes = gen.bytes(20_000_000);
    Wanted wanted = wanted("big", alice.put("a", bytes));
    connect(alice, bob);
    bob.fetcher.want(List.of(wanted));
    bob.awaitProgress(8_000_000);
    alice.port.unplug();
    bob.fetcher.providers(Set.of());

    assertThat(bob.fetcher.heldBytes()).isBetween(6_000_000L, 20_000_000L);
    alice.port.plug();
    bob.fetcher.providers(Set.of(alice.id()));
    bob.awaitStaged(List.of(wanted));
    assertThat(bob.fetcher.heldBytes()).isZero();
  }

  @Test
  void a_provider_that_falls_silent_is_given_up() throws Exception {
    byte[] bytes = gen.bytes(5_000_000);
    Content content = alice.put("a", bytes);
    TransferPeer mute = peer("mute");
    mute.port.handle(ChunkServer.PROTOCOL, stream -> Thread.sleep(Duration.ofMinutes(1)));
    connect(alice, bob, mute);
    assertFetched(bob, wanted("big", content), bytes);
  }

  @Test
  void wrong_bytes_are_never_staged_and_asked_for_elsewhere() throws Exception {
    var files = new HashMap<Wanted, byte[]>();
    for (int i = 0; i < 5; i++) {
      byte[] bytes = gen.bytes(i == 0 ? 6_000_000 : 1000 * i);
      files.put(wanted("f" + i, alice.put("f" + i, bytes)), bytes);
    }
    TransferPeer liar = peer("liar");
    liar.port.handle(ChunkServer.PROTOCOL, stream -> answerGarbage(stream));
    connect(alice, bob, liar);
    bob.fetcher.want(files.keySet());
    bob.awaitStaged(files.keySet());
    for (var file : files.entrySet()) {
      assertThat(bob.staged(file.getKey())).isEqualTo(file.getValue());
    }
  }

  private static void answerGarbage(lockstep.p2p.PeerStream stream) throws IOException {
    var out = stream.output();
    for (var request = ChunkRequest.read(stream.input());
        request.isPresent();
        request = ChunkRequest.read(stream.input())) {
      for (ChunkRequest.Item item : request.get().items()) {
        int count = item instanceof ChunkRequest.Item.Range range ? range.count() : 1;
        out.write(ChunkRequest.PRESENT);
        for (int i = 0; i < count; i++) {
          Varints.write(out, 100);
          out.write(new byte[100]);
        }
      }
      out.flush();
    }
  }

  @Test
  void a_content_that_nobody_has_is_reported_after_a_while() throws Exception {
    connect(alice, bob);
    Wanted small = wanted("s", new Content(100, Blake3.of(new byte[] {7})));
    Wanted large = wanted("l", new Content(10_000_000, Blake3.of(new byte[] {8})));
    bob.fetcher.want(List.of(small, large));
    assertThat(bob.awaitFailure(small)).contains("no connected member");
    assertThat(bob.awaitFailure(large)).contains("no connected member");
  }

  @Test
  void a_file_that_changed_at_the_provider_counts_as_absent() throws Exception {
    byte[] bytes = gen.bytes(1_000_000);
    Content content = alice.put("a", bytes);
    bytes[5]++;
    alice.put("a", bytes);
    connect(alice, bob);
    Wanted wanted = wanted("old", content);
    bob.fetcher.want(List.of(wanted));
    assertThat(bob.awaitFailure(wanted)).contains("no connected member");
  }

  @Test
  void a_stranger_gets_nothing() throws Exception {
    Content content = alice.put("a", gen.bytes(1000));
    connect(alice, bob);
    alice.members.clear();
    bob.fetcher.want(List.of(wanted("secret", content)));
    Thread.sleep(300);
    assertThat(bob.port.received()).isZero();
    alice.members.add(bob.id());
    bob.awaitStaged(List.of(wanted("secret", content)));
  }

  @Test
  void what_was_cancelled_is_not_staged_and_the_id_may_be_used_anew() throws Exception {
    byte[] large = gen.bytes(20_000_000);
    byte[] small = gen.bytes(20_000);
    Content first = alice.put("a", large);
    Content second = alice.put("b", small);
    connect(alice, bob);
    bob.fetcher.want(List.of(wanted("x", first)));
    bob.awaitProgress(1_000_000);
    bob.fetcher.want(List.of(wanted("x", second)));
    bob.awaitStaged(List.of(wanted("x", second)));
    assertThat(bob.staged(wanted("x", second))).isEqualTo(small);
  }

  @Test
  void cancelling_one_of_two_files_leaves_the_other() throws Exception {
    byte[] large = gen.bytes(20_000_000);
    Content content = alice.put("a", large);
    connect(alice, bob);
    bob.fetcher.want(List.of(wanted("x", content), wanted("y", content)));
    bob.awaitProgress(1_000_000);
    bob.fetcher.cancel(List.of("x"));
    bob.awaitStaged(List.of(wanted("y", content)));
    assertThat(bob.staged(wanted("y", content))).isEqualTo(large);
  }

  @Test
  void receivers_of_a_new_file_feed_each_other() throws Exception {
    byte[] bytes = gen.bytes(20_000_000);
    Content content = alice.put("a", bytes);
    alice.port.bytesPerSecond = 8 << 20;
    TransferPeer carol = peer("carol");
    connect(alice, bob, carol);
    Wanted wanted = wanted("new", content);
    bob.fetcher.want(List.of(wanted));
    carol.fetcher.want(List.of(wanted));
    bob.awaitStaged(List.of(wanted));
    carol.awaitStaged(List.of(wanted));
    assertThat(bob.staged(wanted)).isEqualTo(bytes);
    assertThat(carol.staged(wanted)).isEqualTo(bytes);
    assertThat(alice.port.sent()).isLessThan(2L * bytes.length);
    assertThat(bob.port.sent() + carol.port.sent()).isGreaterThan(bytes.length / 10);
  }

  @Test
  void a_receiver_that_knows_only_another_receiver_gets_the_file_through_it() throws Exception {
    byte[] bytes = gen.bytes(10_000_000);
    Content content = alice.put("a", bytes);
    TransferPeer carol = peer("carol");
    connect(bob, carol);
    Wanted wanted = wanted("new", content);
    carol.fetcher.want(List.of(wanted));
    bob.members.add(alice.id());
    alice.members.add(bob.id());
    bob.fetcher.providers(Set.of(alice.id()));
    bob.fetcher.want(List.of(wanted));
    bob.awaitStaged(List.of(wanted));
    install(bob, wanted);
    carol.awaitStaged(List.of(wanted));
    assertThat(carol.staged(wanted)).isEqualTo(bytes);
  }

  /// What the folder does with staged files.
  private static void install(TransferPeer peer, Wanted wanted) throws IOException {
    peer.put("installed", peer.staged(wanted));
  }
}
