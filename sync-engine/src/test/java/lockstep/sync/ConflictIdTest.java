package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import lockstep.base.Blake3;
import lockstep.base.Node;
import lockstep.base.PrivateKey;
import lockstep.base.RelPath;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;
import lockstep.ledger.Conflict;
import org.junit.jupiter.api.Test;

/// An id names a conflict for as long as it is open, whatever its copy is called meanwhile.
class ConflictIdTest {
  private static final Blake3 FOLDER = Blake3.of(new byte[] {1});
  private static final RelPath FILE = RelPath.of("plan.txt");
  private static final RelPath COPY = RelPath.of("plan (conflict ben 2026-03-01).txt");
  private static final RelPath SECOND = RelPath.of("plan (conflict ben 2026-03-01 2).txt");

  private static Version version(int number) {
    var writer = new WriterId(PrivateKey.ofSeed(new byte[32]).publicKey(), 0);
    return new Version(
        writer,
        number,
        number,
        Blake3.of(new byte[] {(byte) number}),
        Instant.EPOCH,
        new Node.Symlink("target"),
        VersionVector.EMPTY.with(writer, number));
  }

  private static String id(RelPath copy, int loser, boolean derived) {
    return Conflicts.id(FOLDER, new Conflict(FILE, copy, version(1), version(loser)), derived);
  }

  @Test
  void a_copy_that_is_numbered_anew_keeps_its_id() {
    assertThat(id(COPY, 2, true)).isEqualTo(id(SECOND, 2, true));
  }

  @Test
  void another_version_under_the_same_name_has_another() {
    assertThat(id(COPY, 2, true)).isNotEqualTo(id(COPY, 3, true));
  }

  @Test
  void two_copies_that_were_published_at_once_have_two() {
    assertThat(id(COPY, 2, false)).isNotEqualTo(id(SECOND, 2, false));
  }
}
