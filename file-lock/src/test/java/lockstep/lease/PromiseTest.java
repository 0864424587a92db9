package lockstep.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a voter promises, and how much of others' locks it takes.
class PromiseTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Blake3 FOLDER = LeaseGen.FOLDER;
  private static final RelPath FILE = RelPath.of("scene.blend");
  private static final PeerId SELF = LeaseGen.SIGNER.self();
  private static final PeerId ANNA = peer(1);
  private static final PeerId BEN = peer(2);
  private static final Map<PeerId, Role> MEMBERS =
      Map.of(SELF, Role.READ_WRITE, ANNA, Role.READ_WRITE, BEN, Role.READ_WRITE);
  private static final LockRequest ORDINARY = LockRequest.of(Optional.empty(), 0, Instant.EPOCH);
  private static final LockRequest FORCED = ORDINARY.overriding("deadline");

  private Leases voter = newLeases();
  private long now;

  @BeforeEach
  void begin() {
    voter.start(now, List.of(), MEMBERS);
    voter.connected(now, Set.of(ANNA, BEN));
  }

  @Test
  void a_promise_that_was_broken_by_force_stands_until_it_has_run_out() {
    assertThat(isPromised(ANNA, 1, ORDINARY)).isTrue();
    assertThat(isPromised(BEN, 2, FORCED)).isTrue();
    releases(BEN, 2, FORCED);

    assertThat(isPromised(BEN, 3, ORDINARY)).isFalse();
    assertThat(isDeniedHere()).isTrue();
    now += 76 * SECOND;
    assertThat(isPromised(BEN, 4, ORDINARY)).isTrue();
  }

  @Test
  void its_holder_may_have_it_again_at_once_and_whoever_forces_too() {
    isPromised(ANNA, 1, ORDINARY);
    isPromised(BEN, 2, FORCED);
    releases(BEN, 2, FORCED);

    assertThat(isPromised(ANNA, 3, ORDINARY)).isTrue();
    assertThat(isPromised(BEN, 4, FORCED)).isTrue();
  }

  @Test
  void it_is_over_once_its_holder_says_so() {
    isPromised(ANNA, 1, ORDINARY);
    isPromised(BEN, 2, FORCED);
    releases(BEN, 2, FORCED);
    releases(ANNA, 1, ORDINARY);

    assertThat(isPromised(BEN, 3, ORDINARY)).isTrue();
  }

  @Test
  void a_restart_forgets_neither_a_promise_nor_that_it_was_broken() {
    isPromised(ANNA, 1, ORDINARY);
    restart();
    assertThat(isPromised(BEN, 2, ORDINARY)).isFalse();
    assertThat(isPromised(BEN, 3, FORCED)).isTrue();
    releases(BEN, 3, FORCED);
    restart();
    assertThat(isPromised(BEN, 4, ORDINARY)).isFalse();
    now += 76 * SECOND;
    assertThat(isPromised(BEN, 5, ORDINARY)).isTrue();
  }

  @Test
  void a_device_that_breaks_a_promise_itself_keeps_to_it_too() {
    isPromised(ANNA, 1, ORDINARY);
    voter.request(now, FILE, FORCED);
    voter.release(now, FILE, Optional.empty());

    assertThat(isPromised(BEN, 9, ORDINARY)).isFalse();
  }

  @Test
  void a_lock_of_the_last_run_is_promised_to_nobody_and_is_in_nobodys_way_until_it_is_confirmed() {
    voter.request(now, FILE, ORDINARY);
    restart();

    assertThat(refusal(BEN, 2).inTheWay()).isEmpty();
    voter.request(now, FILE, ORDINARY);
    Lock goesOn = refusal(BEN, 3).inTheWay().orElseThrow().claim().record().lock();
    assertThat(goesOn.holder()).isEqualTo(SELF);
    assertThat(goesOn.epoch()).isEqualTo(3);
  }

  @Test
  void no_member_fills_the_table_and_none_takes_anothers_room() {
    for (int i = 0; i < LeaseTable.CLAIMS_MAX; i++) {
      assertThat(refusals(ANNA, RelPath.of("a" + i))).isZero();
    }
    assertThat(refusals(ANNA, RelPath.of("one too many"))).isEqualTo(1);
    assertThat(voter.standing(RelPath.of("one too many"))).isEqualTo(Standing.FREE);
    assertThat(refusals(BEN, RelPath.of("another's"))).isZero();
    assertThat(voter.standings()).hasSize(LeaseTable.CLAIMS_MAX + 1);
  }

  @Test
  void what_is_about_another_folder_or_from_no_member_is_refused() {
    var claim = new LeaseMessage.Claim(record(FILE, ANNA, 1, ORDINARY, held()));
    var elsewhere = SignedMessage.unencoded(Blake3.of(new byte[] {8}), ANNA, claim);
    PeerId stranger = peer(3);
    var strange =
        SignedMessage.unencoded(
            FOLDER, stranger, new LeaseMessage.Claim(record(FILE, stranger, 1, ORDINARY, held())));

    for (SignedMessage wrong : List.of(elsewhere, strange)) {
      assertThat(voter.receive(now, wrong)).hasAtLeastOneElementOfType(Effect.Refused.class);
      assertThat(voter.standing(FILE)).isEqualTo(Standing.FREE);
    }
  }

  private boolean isDeniedHere() {
    return voter.request(now, FILE, ORDINARY).stream()
        .anyMatch(it -> it instanceof Effect.Tell(var notice) && notice instanceof Notice.Denied);
  }

  private boolean isPromised(PeerId holder, long epoch, LockRequest request) {
    return hears(FILE, holder, epoch, request, held()).stream()
        .anyMatch(
            it ->
                it instanceof Effect.Send(var to, var message)
                    && to.equals(holder)
                    && message.message() instanceof LeaseMessage.Promise promise
                    && promise.epoch() == epoch);
  }

  private LeaseMessage.Refusal refusal(PeerId holder, long epoch) {
    return hears(FILE, holder, epoch, ORDINARY, held()).stream()
        .filter(it -> it instanceof Effect.Send(var to, _) && to.equals(holder))
        .map(it -> ((Effect.Send) it).message().message())
        .filter(LeaseMessage.Refusal.class::isInstance)
        .map(LeaseMessage.Refusal.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private void releases(PeerId holder, long epoch, LockRequest request) {
    hears(FILE, holder, epoch, request, new LockRecord.Phase.Released(Optional.empty()));
  }

  private long refusals(PeerId holder, RelPath path) {
    return hears(path, holder, 1, ORDINARY, held()).stream()
        .filter(Effect.Refused.class::isInstance)
        .count();
  }

  private List<Effect> hears(
      RelPath path, PeerId holder, long epoch, LockRequest request, LockRecord.Phase phase) {
    var claim = new LeaseMessage.Claim(record(path, holder, epoch, request, phase));
    boolean released = phase instanceof LockRecord.Phase.Released;
    // What is restored must really be signed; here members' names are all that counts.
    return voter.receive(now + (released ? 1 : 0), SignedMessage.unencoded(FOLDER, holder, claim));
  }

  private static LockRecord record(
      RelPath path, PeerId holder, long epoch, LockRequest request, LockRecord.Phase phase) {
    var lock = new Lock(path, holder, epoch, request);
    return new LockRecord(lock, epoch, 1, LeaseTerms.DEFAULT.length(), phase);
  }

  private static LockRecord.Phase held() {
    return new LockRecord.Phase.Held(new Strength.Requested());
  }

  private void restart() {
    List<Kept> kept = new ArrayList<>(voter.kept());
    voter = newLeases();
    now = 0;
    voter.start(now, kept, MEMBERS);
    voter.connected(now, Set.of(ANNA, BEN));
  }

  private static Leases newLeases() {
    return new Leases(
        FOLDER, LeaseTerms.DEFAULT, SELF, it -> SignedMessage.unencoded(FOLDER, SELF, it));
  }

  private static PeerId peer(int number) {
    byte[] key = new byte[PublicKey.LENGTH];
    key[0] = (byte) number;
    return new PeerId(PublicKey.of(key));
  }
}
