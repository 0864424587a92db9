package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.Role;
import lockstep.base.VersionVector;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;
import lockstep.recovery.Disks;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a device takes from a member that it has just met, and in which order it is told.
class MembersTest {
  private final Clockwork clock = new Clockwork(MembersForkTest.TIME);
  private final Queue<SyncMessage> toBen = new ArrayDeque<>();
  private Ledger anas;
  private Ledger bens;
  private Members ana;
  private Members ben;
  private SyncSession withBen;
  private SyncSession withAna;

  @BeforeEach
  void meet(@TempDir Path directory) throws IOException {
    var gen = new Gen(1);
    PrivateKey anaKey = PrivateKey.ofSeed(gen.bytes(PrivateKey.SEED_LENGTH));
    PrivateKey benKey = PrivateKey.ofSeed(gen.bytes(PrivateKey.SEED_LENGTH));
    var anaId = new PeerId(anaKey.publicKey());
    var benId = new PeerId(benKey.publicKey());
    var anaHome = Disks.open(Files.createDirectory(directory.resolve("ana")));
    var benHome = Disks.open(Files.createDirectory(directory.resolve("ben")));
    anas = Ledger.create(anaHome, anaKey, "work", "ana", MembersForkTest.TIME, gen::bytes);
    anas.append(List.of(new Payload.Grant(benId.key(), Role.READ_WRITE, "ben", Optional.empty())));
    var entries = anas.since(VersionVector.EMPTY, Long.MAX_VALUE).entries();
    bens = Ledger.join(benHome, benKey, anas.folderId(), entries, MembersForkTest.TIME);
    ana = new Members(anas, anaId);
    ben = new Members(bens, benId);
    withBen = new SyncSession(new Line(benId, toBen), true, bens.heads());
    withAna = new SyncSession(new Line(anaId, new ArrayDeque<>()), false, anas.heads());
  }

  @AfterEach
  void close() throws IOException {
    anas.close();
    bens.close();
  }

  /// Keeps what is sent.
  private record Line(PeerId peer, Queue<SyncMessage> sent) implements SyncSession.Line {
    @Override
    public void send(SyncMessage message) {
      sent.add(message);
    }

    @Override
    public void reset() {
      throw new AssertionError("an honest member was cut off");
    }
  }

  @Test
  void nothing_is_published_before_somebody_has_told_of_its_locks() throws IOException {
    ben.up(withAna);
    ana.up(withBen);
    ana.tellAll(new byte[] {1});

    ana.pump(clock);
    ana.announce(true, Backlog.NONE, clock);

    assertThat(ben.mayPublish()).isFalse();
    assertThat(toBen.remove()).isInstanceOf(SyncMessage.Locks.class);
    ben.take(withAna, toBen.remove());
    assertThat(ben.mayPublish()).isTrue();
  }
}
