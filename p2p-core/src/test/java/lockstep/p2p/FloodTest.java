package lockstep.p2p;

import static lockstep.p2p.RawPeer.DATA;
import static lockstep.p2p.RawPeer.GO_AWAY;
import static lockstep.p2p.RawPeer.PING;
import static lockstep.p2p.RawPeer.RST;
import static lockstep.p2p.RawPeer.SYN;
import static lockstep.p2p.RawPeer.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import lockstep.base.Entropy;
import lockstep.base.PrivateKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Authenticated peers that want more than their share. Each flood meets a bound: it is refused or
/// cut off, while memory and threads stay where they were and others are served.
class FloodTest {
  private static final long HEAP_GROWTH_MAX = 24 << 20;
  private static final int STREAMS = 10_000;
  private static final int FRAMES_PER_MESSAGE = 5_000; // of 12 bytes, within one Noise message

  private Siege siege;
  private long heapBefore;
  private int threadsBefore;

  @BeforeEach
  void start() throws Exception {
    siege = new Siege();
    siege.assertOthersAreServed(); // classes and buffers are there before anything is measured
    heapBefore = Siege.heapUsed();
    threadsBefore = Siege.threads();
  }

  @AfterEach
  void stop() {
    siege.close();
  }

  @Test
  void streams_that_never_say_what_they_want_are_refused_beyond_a_bound() throws Exception {
    try (var peer = RawPeer.connected(siege.port())) {
      AtomicInteger resets = countResets(peer);
      for (int i = 0; i < STREAMS; i++) {
        peer.frame(WINDOW, SYN, 1 + 2 * i, 0);
      }
      int bound = Siege.LIMITS.unacceptedStreams();
      Eventually.holds("refusals", () -> resets.get() >= STREAMS - bound);
      assertGrewAtMost(2 * bound);
      siege.assertOthersAreServed();
    }
  }

  @Test
  void streams_that_are_never_closed_are_refused_beyond_a_bound() throws Exception {
    try (var peer = RawPeer.connected(siege.port())) {
      AtomicInteger resets = countResets(peer);
      for (int i = 0; i < STREAMS; i++) {
        peer.open(1 + 2 * i, Siege.STUCK);
      }
      int bound = Siege.LIMITS.streamsPerConnection();
      Eventually.holds("refusals", () -> resets.get() >= STREAMS - bound);
      assertThat(siege.stuck()).isBetween(1, bound);
      assertGrewAtMost(2 * bound);
      siege.assertOthersAreServed();
    }
    Eventually.holds("no handler is left", () -> siege.stuck() == 0);
  }

  @Test
  void streams_that_are_opened_and_reset_at_once_leave_nothing_behind() throws Exception {
    try (var peer = RawPeer.connected(siege.port())) {
      countResets(peer);
      for (int i = 0; i < STREAMS; i++) {
        peer.open(1 + 2 * i, Siege.STUCK);
        peer.frame(WINDOW, RST, 1 + 2 * i, 0);
      }
      Eventually.holds("no handler is left", () -> siege.stuck() == 0);
      assertGrewAtMost(Siege.LIMITS.streamsPerConnection());
      siege.assertOthersAreServed();
    }
  }

  /// Nothing that it asks for piles up here: the host stops reading, and at last gives up.
  @Test
  void pings_whose_answers_are_not_read_are_cut_off() throws Exception {
    byte[] pings = many(RawPeer.header(0, PING, SYN, 0, 1));
    try (var peer = RawPeer.connected(siege.port())) {
      writeUntilClosed(peer, pings);
      assertGrewAtMost(0);
    }
    siege.assertOthersAreServed();
  }

  @Test
  void frames_that_carry_nothing_are_cut_off() throws Exception {
    byte[] idle = many(RawPeer.header(0, DATA, 0, 1, 0));
    try (var peer = RawPeer.connected(siege.port())) {
      peer.open(1, Siege.STUCK);
      writeUntilClosed(peer, idle);
      assertGrewAtMost(0);
    }
    siege.assertOthersAreServed();
  }

  /// The handler waits for credit, no longer than the stream lives.
  @Test
  void a_peer_that_grants_no_window_holds_up_only_its_own_stream() throws Exception {
    try (var peer = RawPeer.connected(siege.port())) {
      countResets(peer);
      peer.open(1, Siege.FIREHOSE);
      siege.assertOthersAreServed();
      assertGrewAtMost(4);
    }
    assertThat(siege.firehosesStopped.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
  }

  /// It answers no ping either, so that the connection counts as dead.
  @Test
  void a_peer_that_reads_nothing_at_all_is_dropped() throws Exception {
    try (var peer = RawPeer.connected(siege.port())) {
      for (int id = 1; id < 100; id += 2) {
        peer.open(id, Siege.FIREHOSE);
        peer.frame(WINDOW, 0, id, 1 << 30);
      }
      // on a busy machine it is dropped before all fifty have begun
      assertThat(siege.firehosesStopped.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
      Eventually.holds("all have stopped", () -> siege.firehoses() == 0);
      assertGrewAtMost(0);
    }
    siege.assertOthersAreServed();
  }

  @Test
  void a_peer_gets_a_bounded_number_of_connections() throws Exception {
    PrivateKey identity = PrivateKey.generate(Entropy.system());
    int bound = Siege.LIMITS.connectionsPerPeer();
    List<RawPeer> opened = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * bound; i++) {
        opened.add(RawPeer.connected(siege.port(), identity));
      }
      var closed = new AtomicInteger();
      for (RawPeer peer : opened) {
        Thread.ofVirtual().start(() -> drain(peer, new AtomicInteger(), closed));
      }
      Eventually.holds("surplus connections are closed", () -> closed.get() >= 2 * bound);
      siege.assertOthersAreServed();
    } finally {
      for (RawPeer peer : opened) {
        peer.close();
      }
    }
  }

  /// @param threads how many more threads there may be than before the flood
  private void assertGrewAtMost(int threads) throws Exception {
    assertThat(Siege.heapUsed() - heapBefore).isLessThan(HEAP_GROWTH_MAX);
    assertThat(Siege.threads() - threadsBefore).isLessThan(threads + 16);
  }

  private static byte[] many(byte[] frame) {
    byte[] frames = new byte[FRAMES_PER_MESSAGE * frame.length];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = frame[i % frame.length];
    }
    return frames;
  }

  private static void writeUntilClosed(RawPeer peer, byte[] message)
      throws GeneralSecurityException {
    try {
      while (true) {
        peer.secure(message);
      }
    } catch (IOException e) {
      // closed, as it should be
    }
  }

  /// Reads on in the background, as an honest muxer does, and counts refused streams.
  private static AtomicInteger countResets(RawPeer peer) {
    var resets = new AtomicInteger();
    Thread.ofVirtual().start(() -> drain(peer, resets, new AtomicInteger()));
    return resets;
  }

  private static void drain(RawPeer peer, AtomicInteger resets, AtomicInteger closed) {
    try {
      while (true) {
        RawPeer.Frame frame = peer.next();
        if (frame.type() == GO_AWAY) break;
        if (frame.id() % 2 == 1 && (frame.flags() & RST) != 0) resets.incrementAndGet();
      }
    } catch (IOException | GeneralSecurityException e) {
      // closed without a word
    }
    closed.incrementAndGet();
  }
}
