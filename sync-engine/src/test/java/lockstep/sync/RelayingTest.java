package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.Role;
import lockstep.base.TimeSource;
import lockstep.base.VersionVector;
import lockstep.ledger.Entry;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;
import lockstep.recovery.Disks;
import lockstep.sync.SyncMessage.Push;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/// Who is told at once what others wrote: those who want it, and nobody who does not.
class RelayingTest {
  private static final long HALF_A_SECOND = 500_000_000;

  private final Gen gen = new Gen(1);
  private final List<PeerId> peers =
      IntStream.range(0, 20).mapToObj(_ -> new PeerId(newKey().publicKey())).toList();
  private final PrivateKey self = newKey();
  private final Relaying relaying = new Relaying(new PeerId(self.publicKey()));
  private final Time time = new Time();
  private final Clockwork clock = new Clockwork(time);
  private Ledger anas;
  private PeerId ana;
  private List<Entry> news;

  private static final class Time implements TimeSource {
    private long now;

    @Override
    public Instant wallTime() {
      return Instant.EPOCH;
    }

    @Override
    public long monotonicNanos() {
      return now;
    }
  }

  private PrivateKey newKey() {
    return PrivateKey.ofSeed(gen.bytes(PrivateKey.SEED_LENGTH));
  }

  @BeforeEach
  void write(@TempDir Path directory) throws IOException {
    PrivateKey key = newKey();
    var home = Disks.open(Files.createDirectory(directory.resolve("ana")));
    ana = new PeerId(key.publicKey());
    anas = Ledger.create(home, key, "work", "ana", time, gen::bytes);
    var grant = new Payload.Grant(self.publicKey(), Role.READ_WRITE, "self", Optional.empty());
    news = anas.append(List.of(grant)).entries();
    relaying.chooseAmong(Set.copyOf(peers));
  }

  @AfterEach
  void close() throws IOException {
    anas.close();
  }

  private List<PeerId> eager() {
    return peers.stream().filter(peer -> relaying.wantedOf(peer) == Push.EAGER).toList();
  }

  private PeerId lazy() {
    return peers.stream()
        .filter(peer -> relaying.wantedOf(peer) == Push.LAZY)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_few_are_asked_to_tell_at_once_and_every_device_asks_others() {
    List<PeerId> ours = eager();
    assertThat(ours).hasSize(Relaying.FAVOURED);
    Set<Set<PeerId>> choices = new HashSet<>();
    for (PeerId other : peers) {
      var theirs = new Relaying(other);
      theirs.chooseAmong(Set.copyOf(peers));
      choices.add(
          Set.copyOf(peers.stream().filter(it -> theirs.wantedOf(it) == Push.EAGER).toList()));
    }
    assertThat(choices).hasSizeGreaterThan(peers.size() / 2);
  }

  @Test
  void whoever_had_to_help_out_is_asked_from_then_on() {
    PeerId helper = lazy();
    relaying.brought(helper, news);
    assertThat(relaying.wantedOf(helper)).isEqualTo(Push.EAGER);
  }

  @Test
  void whoever_tells_of_its_own_helps_nobody_out() {
    Set<PeerId> all = new HashSet<>(peers);
    all.add(ana);
    relaying.chooseAmong(all);
    while (relaying.wantedOf(ana) == Push.EAGER) { // by its lot: then without those it beat
      all.removeAll(eager());
      relaying.chooseAmong(all);
    }
    relaying.brought(ana, news);
    assertThat(relaying.wantedOf(ana)).isEqualTo(Push.LAZY);
  }

  @Test
  void whoever_brings_nothing_new_is_asked_no_more() {
    PeerId helper = lazy();
    relaying.brought(helper, news);
    relaying.brought(helper, List.of());
    assertThat(relaying.wantedOf(helper)).isEqualTo(Push.LAZY);
  }

  @Test
  void the_favoured_are_asked_even_if_others_were_quicker() {
    PeerId favoured = eager().getFirst();
    relaying.brought(favoured, List.of());
    assertThat(relaying.wantedOf(favoured)).isEqualTo(Push.EAGER);
  }

  @Test
  void whoever_is_gone_helps_no_more() {
    PeerId helper = lazy();
    relaying.brought(helper, news);
    relaying.chooseAmong(Set.of());
    relaying.chooseAmong(Set.copyOf(peers));
    assertThat(relaying.wantedOf(helper)).isEqualTo(Push.LAZY);
  }

  /// However the news come, and whoever comes and goes.
  @ParameterizedTest
  @SeedSource(count = 100)
  void no_more_than_a_few_are_ever_asked_and_always_as_many_as_there_are(long seed) {
    var random = new Gen(seed);
    Set<PeerId> connected = new HashSet<>(peers);
    for (int i = 0; i < 100; i++) {
      PeerId peer = random.pick(peers);
      if (random.chance(20)) {
        if (!connected.remove(peer)) connected.add(peer);
        relaying.chooseAmong(connected);
      } else if (connected.contains(peer)) {
        relaying.brought(peer, random.chance(70) ? news : List.of());
      }
      assertThat(connected).containsAll(eager());
      assertThat(eager())
          .hasSizeBetween(
              Math.min(connected.size(), Relaying.FAVOURED),
              Relaying.FAVOURED + Relaying.HELPERS_MAX);
    }
  }

  @Test
  void the_receiver_decides_how_soon_it_is_told() {
    for (PeerId peer : peers) {
      assertThat(waits(peer, Push.EAGER)).isFalse();
      assertThat(waits(peer, Push.LAZY)).isTrue();
    }
  }

  /// The sender decides for those of an earlier version, as theirs do.
  @Test
  void who_says_nothing_is_told_at_once_if_it_is_one_of_the_few() {
    List<PeerId> few = eager();
    for (PeerId peer : peers) {
      assertThat(waits(peer, Push.UNSAID)).isEqualTo(!few.contains(peer));
    }
  }

  @Test
  void whoever_does_not_want_to_be_told_at_once_is_told_after_half_a_second() {
    SyncSession session = session(lazy(), Push.LAZY);
    assertThat(relaying.waits(session, VersionVector.EMPTY, anas.frontier(), clock)).isTrue();
    assertThat(clock.untilNext()).hasValue(HALF_A_SECOND);
    time.now += HALF_A_SECOND;
    assertThat(relaying.waits(session, VersionVector.EMPTY, anas.frontier(), clock)).isFalse();
  }

  private boolean waits(PeerId peer, Push push) {
    return relaying.waits(session(peer, push), VersionVector.EMPTY, anas.frontier(), clock);
  }

  private static SyncSession session(PeerId peer, Push push) {
    var session = new SyncSession(new Mute(peer), true, List.of());
    session.caughtUp = true;
    session.push = push;
    return session;
  }

  private record Mute(PeerId peer) implements SyncSession.Line {
    @Override
    public void send(SyncMessage message) {
      throw new AssertionError("only Members send");
    }

    @Override
    public void reset() {
      throw new AssertionError("only Members reset");
    }
  }
}
