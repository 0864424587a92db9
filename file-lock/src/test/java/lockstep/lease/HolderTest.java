package lockstep.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import lockstep.base.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of a lock that a device has already when it is asked for once more.
class HolderTest {
  private static final RelPath FILE = RelPath.of("scene.blend");
  private static final PeerId SELF = LeaseGen.SIGNER.self();
  private static final LockRequest AUTOMATIC = LockRequest.of(Optional.empty(), 0, Instant.EPOCH);

  private final Leases leases = new Leases(LeaseGen.FOLDER, LeaseTerms.DEFAULT, LeaseGen.SIGNER);

  @BeforeEach
  void lock() {
    leases.start(0, List.of(), Map.of(SELF, Role.READ_WRITE));
    leases.request(0, FILE, AUTOMATIC);
  }

  private Lock lockNow() {
    return ((Standing.Mine) leases.standing(FILE)).lock();
  }

  @Test
  void it_takes_on_the_note_durably_and_is_the_same_lock() {
    Lock before = lockNow();

    List<Effect> effects = leases.request(1, FILE, AUTOMATIC.withNote("until noon"));

    assertThat(lockNow().request().note()).isEqualTo("until noon");
    assertThat(lockNow().epoch()).isEqualTo(before.epoch());
    assertThat(effects).hasAtLeastOneElementOfType(Effect.Persist.class);
  }

  @Test
  void no_note_takes_none_away_and_what_the_work_starts_from_is_the_newest() {
    leases.request(1, FILE, AUTOMATIC.withNote("until noon"));
    Optional<Blake3> newer = Optional.of(Blake3.of(new byte[] {1}));

    leases.request(2, FILE, LockRequest.of(newer, 7, Instant.EPOCH.plusSeconds(9)));

    LockRequest now = lockNow().request();
    assertThat(now.note()).isEqualTo("until noon");
    assertThat(now.base()).isEqualTo(newer);
    assertThat(now.since()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void nothing_new_is_said_to_nobody() {
    assertThat(leases.request(1, FILE, AUTOMATIC)).isEmpty();
  }
}
