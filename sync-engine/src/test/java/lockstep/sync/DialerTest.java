package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerConnection;
import lockstep.p2p.PeerInfo;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whom this device dials, and whom hints of the local network make it dial; when, is
/// [DialScheduleTest]'s.
class DialerTest {
  private static final Multiaddr HERE = Multiaddr.parse("/ip4/10.0.0.1/tcp/4001");
  private static final Multiaddr THERE = Multiaddr.parse("/ip4/10.0.0.2/tcp/4001");

  private final PeerId member = newPeer();
  private final PeerId stranger = newPeer();
  private final Nearby nearby = new Nearby();
  private final Unreachable network = new Unreachable();
  private final Dialer dialer = dialer(network, () -> Set.of(member), TimeSource.system());

  @AfterEach
  void stop() {
    dialer.close();
  }

  @Test
  void a_member_is_dialled_where_the_local_network_says_it_is() throws Exception {
    dialer.start();
    hint(member, HERE);
    assertThat(network.next()).isEqualTo(new Dial(member, List.of(HERE)));
  }

  @Test
  void the_latest_word_counts_after_a_dial_that_failed() throws Exception {
    dialer.start();
    hint(member, HERE);
    assertThat(network.next()).isEqualTo(new Dial(member, List.of(HERE)));
    hint(member, THERE);
    Dial next = network.next();
    while (!next.addresses().equals(List.of(THERE))) {
      next = network.next();
    }
    assertThat(next.peer()).isEqualTo(member);
  }

  @Test
  void strangers_are_not_dialled_whatever_is_said() throws Exception {
    dialer.start();
    for (int i = 0; i < 100; i++) {
      hint(stranger, HERE);
    }
    hint(member, THERE);
    for (int i = 0; i < 3; i++) {
      assertThat(network.next().peer()).isEqualTo(member);
    }
  }

  @Test
  void the_peer_longest_unheard_of_is_forgotten_first() {
    nearby.remember(stranger, List.of(THERE));
    nearby.remember(member, List.of(HERE));
    for (int i = 0; i < 254; i++) {
      nearby.remember(newPeer(), List.of(HERE));
    }
    nearby.remember(stranger, List.of(THERE));
    nearby.remember(newPeer(), List.of(HERE));

    assertThat(nearby.of(stranger)).containsExactly(THERE);
    assertThat(nearby.of(member)).isEmpty();
  }

  @Test
  void who_drops_each_connection_at_once_is_not_dialled_again_before_its_time() throws Exception {
    nearby.remember(member, List.of(HERE));
    var rounds = new Semaphore(0);
    Supplier<Set<PeerId>> members =
        () -> {
          rounds.release();
          return Set.of(member);
        };
    var dropping = new Dropping();
    try (var dialer = dialer(dropping, members, new StandingClock())) {
      dropping.listener = dialer;
      dialer.start();
      assertThat(dropping.next().peer()).isEqualTo(member);
      for (int round = 0; round < 100; round++) {
        rounds.drainPermits();
        dialer.wake();
        rounds.acquire();
      }
      assertThat(dropping.dials).isEmpty();
    }
  }

  private Dialer dialer(PeerNetwork network, Supplier<Set<PeerId>> members, TimeSource time) {
    return new Dialer(
        network,
        nearby::of,
        members,
        _ -> {},
        time,
        Entropy.system(),
        System.getLogger("lockstep.sync"));
  }

  private void hint(PeerId peer, Multiaddr address) {
    nearby.remember(peer, List.of(address));
    dialer.hint(peer);
  }

  private static PeerId newPeer() {
    return new PeerId(PrivateKey.generate(Entropy.system()).publicKey());
  }

  private record Dial(PeerId peer, List<Multiaddr> addresses) {}

  /// A network in which nobody answers.
  private static class Unreachable implements PeerNetwork {
    final LinkedBlockingQueue<Dial> dials = new LinkedBlockingQueue<>();

    Dial next() throws InterruptedException {
      Dial next = dials.poll(60, TimeUnit.SECONDS);
      if (next == null) throw new AssertionError("nobody was dialled");
      return next;
    }

    @Override
    public PeerConnection connect(PeerId peer, Collection<Multiaddr> addresses, Duration timeout)
        throws IOException {
      dials.add(new Dial(peer, List.copyOf(addresses)));
      throw new IOException("nobody is there");
    }

    @Override
    public PeerId self() {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Multiaddr> addresses() {
      return List.of();
    }

    @Override
    public void handle(String protocol, StreamHandler handler) {}

    @Override
    public void onConnection(ConnectionListener listener) {}

    @Override
    public PeerStream open(PeerId peer, String protocol) throws IOException {
      throw new IOException("nobody is there");
    }

    @Override
    public List<PeerInfo> peers() {
      return List.of();
    }

    @Override
    public void disconnect(PeerId peer) {}

    @Override
    public void close() {}
  }

  /// A network in which everybody lets others in and drops them.
  private static final class Dropping extends Unreachable {
    private volatile @Nullable Dialer listener;

    @Override
    public PeerConnection connect(PeerId peer, Collection<Multiaddr> addresses, Duration timeout) {
      Objects.requireNonNull(listener).connected(peer);
      Objects.requireNonNull(listener).disconnected(peer);
      dials.add(new Dial(peer, List.copyOf(addresses)));
      return new Dropped(peer);
    }
  }

  private record Dropped(PeerId peer) implements PeerConnection {
    @Override
    public Multiaddr address() {
      return HERE;
    }

    @Override
    public boolean outbound() {
      return true;
    }

    @Override
    public boolean isOpen() {
      return false;
    }
  }

  private record StandingClock() implements TimeSource {
    @Override
    public Instant wallTime() {
      return Instant.EPOCH;
    }

    @Override
    public long monotonicNanos() {
      return 0;
    }
  }
}
