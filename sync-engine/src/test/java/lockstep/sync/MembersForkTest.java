package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.TimeSource;
import lockstep.base.VersionVector;
import lockstep.ledger.Change;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;
import lockstep.recovery.Disks;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/// The conversations of members among whom some homes were copied and used twice: messages of a few
/// entries each, sessions that come and go, and nobody who takes another's fork for his fault.
class MembersForkTest {
  private static final List<String> SHARED = List.of("a", "b", "d/x");
  private static final int ENTRIES_BYTES = 700;

  static final TimeSource TIME =
      new TimeSource() {
        @Override
        public Instant wallTime() {
          return Instant.EPOCH;
        }

        @Override
        public long monotonicNanos() {
          return 0;
        }
      };

  @TempDir private Path directory;
  private final List<Party> parties = new ArrayList<>();
  private final List<Wire> wires = new ArrayList<>();
  private int files;

  /// One home in use.
  private final class Party {
    final PrivateKey key;
    final Path home;
    final Ledger ledger;
    final Members members;
    final Clockwork clock = new Clockwork(TIME);

    Party(PrivateKey key, Path home, Ledger ledger) {
      this.key = key;
      this.home = home;
      this.ledger = ledger;
      this.members = new Members(ledger, new PeerId(key.publicKey()), ENTRIES_BYTES);
      parties.add(this);
    }

    void turn() throws IOException {
      clock.clear();
      members.settleForks();
      members.pump(clock);
      members.announce(true, Backlog.NONE, clock);
    }

    void edit(String path, String content) throws IOException {
      if (!members.mayPublish()) return;
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      var node = new Node.File(new Content(bytes.length, Blake3.of(bytes)), 1, 0644);
      var where = RelPath.of(path);
      var change = new Change(where, node, ledger.global().known(where));
      ledger.append(List.of(new Payload.Changes(List.of(change))));
    }

    Map<String, String> contents() {
      var contents = new TreeMap<String, String>();
      ledger
          .global()
          .forEachLive((path, v) -> contents.put(path.toString(), v.node() + " by " + v.entry()));
      return contents;
    }
  }

  /// One direction of a conversation.
  private final class Wire implements SyncSession.Line {
    final Party from;
    final Party to;
    final Queue<byte[]> under = new ArrayDeque<>();
    final SyncSession session;

    Wire(Party from, Party to, boolean opener) {
      this.from = from;
      this.to = to;
      this.session = new SyncSession(this, opener, to.ledger.heads());
    }

    @Override
    public PeerId peer() {
      return new PeerId(to.key.publicKey());
    }

    @Override
    public void send(SyncMessage message) {
      under.add(message.encoded());
    }

    @Override
    public void reset() {
      throw new AssertionError("an honest member was cut off");
    }

    void deliver() throws IOException {
      Wire back =
          wires.stream()
              .filter(wire -> wire.from == to && wire.to == from)
              .findFirst()
              .orElseThrow();
      to.members.take(back.session, SyncMessage.decode(under.remove()));
      from.members.drained(session);
    }
  }

  @ParameterizedTest
  @SeedSource(count = 20)
  void all_members_come_to_hold_the_same(long seed) throws IOException {
    var gen = new Gen(seed);
    found(gen, 3);
    talk(gen, parties, 40);
    hangUp();
    Set<PeerId> forked = new HashSet<>();
    for (int copies = gen.between(1, 2); copies > 0; copies--) {
      Party copied = parties.get(gen.between(1, 2));
      forked.add(new PeerId(copied.key.publicKey()));
      copy(copied);
    }
    for (int round = gen.between(1, 3); round > 0; round--) {
      for (Party party : parties) workWithSomebody(gen, party);
      talk(gen, parties, 30);
      hangUp();
    }
    List<Party> honest =
        parties.stream()
            .filter(party -> !forked.contains(new PeerId(party.key.publicKey())))
            .toList();
    Set<String> kept = new HashSet<>();
    for (Party party : honest) {
      party.contents().keySet().stream().filter(path -> path.startsWith("own")).forEach(kept::add);
    }

    meet(gen, honest);

    Map<String, String> contents = honest.getFirst().contents();
    for (Party party : honest) {
      assertThat(party.contents()).isEqualTo(contents);
      assertThat(party.members.allHaveEverything()).isTrue();
    }
    assertThat(contents.keySet()).containsAll(kept);
    for (Party party : parties) party.ledger.close();
  }

  /// A folder of an admin and some others.
  private void found(Gen gen, int others) throws IOException {
    Path home = Files.createDirectories(directory.resolve("p0"));
    PrivateKey creator = PrivateKey.ofSeed(gen.bytes(PrivateKey.SEED_LENGTH));
    var first = Ledger.create(Disks.open(home), creator, "work", "p0", TIME, gen::bytes);
    new Party(creator, home, first);
    for (int i = 1; i <= others + 1; i++) {
      PrivateKey key = PrivateKey.ofSeed(gen.bytes(PrivateKey.SEED_LENGTH));
      first.append(
          List.of(new Payload.Grant(key.publicKey(), Role.READ_WRITE, "p" + i, Optional.empty())));
      Path at = Files.createDirectories(directory.resolve("p" + i));
      var entries = first.since(VersionVector.EMPTY, Long.MAX_VALUE).entries();
      var ledger = Ledger.join(Disks.open(at), key, first.folderId(), entries, TIME);
      new Party(key, at, ledger);
    }
  }

  private void copy(Party of) throws IOException {
    Path home = Files.createDirectories(directory.resolve("p" + parties.size()));
    try (var logs = Files.list(of.home)) {
      for (Path log : (Iterable<Path>) logs::iterator) {
        Files.copy(log, home.resolve(log.getFileName()));
      }
    }
    new Party(of.key, home, Ledger.open(Disks.open(home), of.key, TIME));
  }

  private void talk(Gen gen, List<Party> among, int steps) throws IOException {
    for (int i = steps; i > 0; i--) {
      Party party = gen.pick(among);
      switch (gen.between(0, 9)) {
        case 0, 1 -> connect(party, gen.pick(among));
        case 2 -> disconnect(party);
        case 3 -> party.edit(gen.pick(SHARED), "c" + gen.between(0, 5));
        case 4 -> party.edit("own/" + files++, "kept");
        case 5, 6 -> party.turn();
        default -> deliverOne(gen);
      }
    }
  }

  /// Two are connected, and one of them may hang up before the other has heard all.
  private void workWithSomebody(Gen gen, Party party) throws IOException {
    Party other = gen.pick(parties);
    connect(party, other);
    for (int i = gen.between(0, 6); i > 0; i--) {
      untilQuiet(gen, List.of(party, other));
      party.edit(gen.chance(50) ? gen.pick(SHARED) : "own/" + files++, "kept " + i);
    }
    party.turn();
    for (int i = gen.between(0, 10); i > 0; i--) deliverOne(gen);
    if (gen.chance(70)) disconnect(party);
  }

  private boolean deliverOne(Gen gen) throws IOException {
    List<Wire> busy = wires.stream().filter(wire -> !wire.under.isEmpty()).toList();
    if (!busy.isEmpty()) gen.pick(busy).deliver();
    return !busy.isEmpty();
  }

  /// Two homes of one device never talk to each other, nor both to a third at once.
  private void connect(Party a, Party b) {
    if (isLinked(a, b) || isLinked(b, a) || a.key.publicKey().equals(b.key.publicKey())) return;
    var there = new Wire(a, b, true);
    var back = new Wire(b, a, false);
    wires.add(there);
    wires.add(back);
    a.members.up(there.session);
    b.members.up(back.session);
  }

  private boolean isLinked(Party a, Party b) {
    return wires.stream()
        .anyMatch(wire -> wire.from == a && wire.peer().key().equals(b.key.publicKey()));
  }

  private void disconnect(Party party) {
    for (Wire wire : List.copyOf(wires)) {
      if (wire.from == party || wire.to == party) {
        wire.from.members.down(wire.session);
        wires.remove(wire);
      }
    }
  }

  private void hangUp() {
    parties.forEach(this::disconnect);
  }

  private void meet(Gen gen, List<Party> among) throws IOException {
    for (Party a : among) {
      for (Party b : among) connect(a, b);
    }
    untilQuiet(gen, among);
  }

  private void untilQuiet(Gen gen, List<Party> among) throws IOException {
    for (boolean busy = true; busy; ) {
      for (Party party : among) party.turn();
      busy = deliverOne(gen);
      while (gen.chance(70) && deliverOne(gen)) {
        busy = true;
      }
    }
  }
}
