package lockstep.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import lockstep.base.PeerId;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import org.junit.jupiter.api.Test;

class LockedFileTest {
  private static final PeerId HOLDER = new PeerId(PublicKey.of(new byte[32]));
  private static final Lock LOCK =
      new Lock(
          RelPath.of("a/scene.blend"),
          HOLDER,
          3,
          LockRequest.of(Optional.empty(), 0, Instant.EPOCH).withNote("\"quoted\"\n\u00e9"));

  @Test
  void a_locked_file_gets_its_marker_before_its_mode() {
    assertThat(LockedFile.lock(Optional.empty(), OptionalInt.of(0664), LOCK, "laptop"))
        .containsExactly(
            new LockedFile.Step.WriteMarker(LockMarker.of(LOCK, "laptop", 0664, 0)),
            new LockedFile.Step.SetMode(0444));
  }

  @Test
  void a_mode_that_a_lock_has_made_is_not_taken_for_the_original() {
    var left = Optional.of(LockMarker.of(LOCK, "desk", 0664, 0));

    assertThat(LockedFile.lock(left, OptionalInt.of(0444), LOCK, "laptop"))
        .containsExactly(new LockedFile.Step.WriteMarker(LockMarker.of(LOCK, "laptop", 0664, 0)));
  }

  @Test
  void what_a_crash_left_is_undone() {
    var left = Optional.of(LockMarker.of(LOCK, "laptop", 0664, 0));

    assertThat(LockedFile.unlock(left, OptionalInt.of(0444)))
        .containsExactly(new LockedFile.Step.SetMode(0664), new LockedFile.Step.RemoveMarker());
    assertThat(LockedFile.unlock(left, OptionalInt.of(0664)))
        .containsExactly(new LockedFile.Step.RemoveMarker());
  }

  @Test
  void a_users_own_read_only_file_stays_read_only() {
    assertThat(LockedFile.unlock(Optional.empty(), OptionalInt.of(0444))).isEmpty();
  }

  @Test
  void a_marker_is_read_as_it_was_written_and_a_users_file_is_none() {
    LockMarker marker = LockMarker.of(LOCK, "lap\\top", 0640, 0);

    assertThat(LockMarker.decode(marker.encode())).contains(marker);
    for (String other : new String[] {"", "{}", "[]", "{\"kind\": \"mine\"}", "{\"kind\": {}}"}) {
      assertThat(LockMarker.decode(other.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
  }

  @Test
  void a_markers_name_never_passes_255_bytes() {
    RelPath marker = LockMarker.pathOf(RelPath.of("d/" + "\u00e9".repeat(127)));

    assertThat(marker.name().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(255);
    assertThat(LockMarker.pathOf(RelPath.of("a/scene.blend")))
        .isEqualTo(RelPath.of("a/.scene.blend.lock"));
  }
}
