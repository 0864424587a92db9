package lockstep.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import lockstep.base.PeerId;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.Role;
import org.junit.jupiter.api.Test;

/// Ana and Carl are connected with Ben only: he passes on what they say of locks.
class RoutesTest {
  private static final RelPath FILE = RelPath.of("scene.blend");
  private static final LockRequest WORK = LockRequest.of(Optional.empty(), 0, Instant.EPOCH);
  private static final PeerId ANA = peer(1);
  private static final PeerId BEN = peer(2);
  private static final PeerId CARL = peer(3);

  private final Map<PeerId, Leases> devices = new LinkedHashMap<>();
  private final Queue<Sent> under = new ArrayDeque<>();
  private Map<PeerId, Set<PeerId>> reached = Map.of();
  private int sentToCarl;
  private Notice lastTold = new Notice.NowFree(FILE);

  private record Sent(PeerId to, SignedMessage message) {}

  private static PeerId peer(int number) {
    byte[] key = new byte[PublicKey.LENGTH];
    Arrays.fill(key, (byte) number);
    return new PeerId(PublicKey.of(key));
  }

  private void connect(Map<PeerId, Set<PeerId>> network) {
    reached = network;
    var members = Map.of(ANA, Role.READ_WRITE, BEN, Role.READ_WRITE, CARL, Role.READ_WRITE);
    for (PeerId self : network.keySet()) {
      devices.put(
          self,
          new Leases(
              LeaseGen.FOLDER,
              LeaseTerms.DEFAULT,
              self,
              it -> SignedMessage.unencoded(LeaseGen.FOLDER, self, it)));
      leases(self).start(0, List.of(), members);
    }
    network.forEach((self, peers) -> carryOut(self, leases(self).connected(0, peers)));
    deliver();
    sentToCarl = 0;
  }

  private void connectByBen() {
    connect(Map.of(ANA, Set.of(BEN), BEN, Set.of(ANA, CARL), CARL, Set.of(BEN)));
  }

  private Set<PeerId> reachedBy(PeerId device) {
    return Objects.requireNonNull(reached.get(device));
  }

  private Leases leases(PeerId device) {
    return Objects.requireNonNull(devices.get(device));
  }

  private void carryOut(PeerId device, List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Send(var to, var message) -> under.add(new Sent(to, message));
        case Effect.Broadcast(var message) ->
            reachedBy(device).forEach(to -> under.add(new Sent(to, message)));
        case Effect.Tell(var notice) -> lastTold = notice;
        default -> {}
      }
    }
  }

  private void deliver() {
    while (!under.isEmpty()) {
      Sent sent = under.remove();
      if (sent.to.equals(CARL)) sentToCarl++;
      carryOut(sent.to, leases(sent.to).receive(1, sent.message));
    }
  }

  private void anaLocks() {
    carryOut(ANA, leases(ANA).request(1, FILE, WORK));
    deliver();
  }

  @Test
  void a_lock_is_known_and_promised_where_its_holder_is_not_heard() {
    connectByBen();

    anaLocks();

    assertThat(leases(CARL).standing(FILE)).isInstanceOf(Standing.Theirs.class);
    assertThat(leases(ANA).standing(FILE))
        .isInstanceOfSatisfying(
            Standing.Mine.class,
            mine -> assertThat(mine.strength()).isEqualTo(new Strength.Firm(3, 3)));
  }

  @Test
  void its_release_is_known_there_too() {
    connectByBen();
    anaLocks();

    carryOut(ANA, leases(ANA).release(2, FILE, Optional.empty()));
    deliver();

    assertThat(leases(CARL).standing(FILE)).isEqualTo(Standing.FREE);
  }

  @Test
  void who_wants_the_file_can_ask_for_it() {
    connectByBen();
    anaLocks();

    carryOut(CARL, leases(CARL).ask(2, FILE, "please"));
    deliver();

    assertThat(lastTold).isEqualTo(new Notice.Asked(FILE, CARL, "please"));
  }

  @Test
  void nobody_is_told_again_what_it_hears_from_the_holder() {
    connect(Map.of(ANA, Set.of(BEN, CARL), BEN, Set.of(ANA, CARL), CARL, Set.of(ANA, BEN)));

    anaLocks();

    // what Ana asks, and that she has it firmly
    assertThat(sentToCarl).isEqualTo(2);
  }
}
