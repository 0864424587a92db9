package lockstep.sync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.VersionVector;
import lockstep.ledger.Appended;
import lockstep.ledger.Fork;
import lockstep.ledger.Head;
import lockstep.ledger.Ledger;
import lockstep.ledger.Missing;

/// The folder's members as its loop sees them: who is connected, what each has, what each still has
/// to be told. Owned by the loop.
final class Members {
  /// Bytes of entries in one message.
  private static final int ENTRIES_BYTES = 512 << 10;

  /// Messages about locks that wait for one member; what is beyond gets lost, as it may.
  private static final int LOCKS_MAX = 8192;

  private static final long TELL_EVERY = 250_000_000L;

  /// How long planning waits for entries that a member has announced.
  private static final long PATIENCE = 2_000_000_000L;

  private final Ledger ledger;
  private final PeerId self;
  private final long entriesBytes;
  private final Relaying relaying;
  private final Map<PeerId, SyncSession> sessions = new LinkedHashMap<>();
  private VersionVector applied = VersionVector.EMPTY;
  private List<Head> appliedHeads = List.of();

  /// As of the last turn.
  private List<Fork> forks = List.of();

  /// The frontier when what waits was last looked at.
  private VersionVector lookedAt = VersionVector.EMPTY;

  private OptionalLong moreSince = OptionalLong.empty();

  Members(Ledger ledger, PeerId self) {
    this(ledger, self, ENTRIES_BYTES);
  }

  /// @param entriesBytes of entries in one message
  Members(Ledger ledger, PeerId self, long entriesBytes) {
    this.ledger = ledger;
    this.self = self;
    this.entriesBytes = entriesBytes;
    this.relaying = new Relaying(self);
  }

  /// Takes a session in. Of two with one peer that of the lower opener stays, else the later one.
  void up(SyncSession session) {
    SyncSession old = sessions.get(session.peer());
    claim(session.greeted); // it may know more of our own chain than a restored ledger
    if (old != null) {
      int order = old.openedBy(self).compareTo(session.openedBy(self));
      if (order < 0) {
        session.reset();
        return;
      }
      old.reset();
    }
    sessions.put(session.peer(), session);
    relaying.chooseAmong(sessions.keySet());
  }

  private void claim(List<Head> theirs) {
    VersionVector own = VersionVector.EMPTY;
    for (Head head : theirs) {
      if (head.writer().device().equals(self.key())) {
        own = own.with(head.writer(), head.sequence());
      }
    }
    ledger.claim(own);
  }

  /// @return whether it was the peer's current session
  boolean down(SyncSession session) {
    boolean current = sessions.remove(session.peer(), session);
    relaying.chooseAmong(sessions.keySet());
    return current;
  }

  Set<PeerId> connected() {
    return Set.copyOf(sessions.keySet());
  }

  /// The conversation with each who is connected.
  Map<PeerId, SyncSession> sessions() {
    return Map.copyOf(sessions);
  }

  /// Whether a local change may enter the ledger now (ruling 7): the folder has no other member, or
  /// this device has taken in what one it is connected to knows.
  boolean mayPublish() {
    return mayWrite() && hasHeardSomebody();
  }

  /// A read-only member's changes stay its own.
  boolean mayWrite() {
    return ledger.members().role(self.key()).filter(Role::mayWrite).isPresent();
  }

  /// Whether there are no others, or one that is connected has said what it knew when the session
  /// began, and that has been taken in: its ledger, and its locks, which come before its first
  /// status.
  boolean hasHeardSomebody() {
    return isAlone() || sessions.values().stream().anyMatch(this::isTakenIn);
  }

  private boolean isTakenIn(SyncSession session) {
    session.takenIn = session.takenIn || (session.reported && ledger.hasAll(session.greeted));
    return session.takenIn;
  }

  /// Lets the ledger say what has to be said of chains that forked, and looks again at what had to
  /// wait because of them.
  ///
  /// @return paths whose global state changed
  Set<RelPath> settleForks() throws IOException {
    List<Fork> now = ledger.forks();
    if (!now.equals(forks)) {
      forks = now;
      // What a member was thought to have was a guess if the chain has another branch.
      sessions.values().forEach(session -> session.exchanged = VersionVector.EMPTY);
    } else if (now.isEmpty()) {
      return Set.of();
    }
    if (hasHeardSomebody()) {
      ledger.testify();
    }
    return lookAgain();
  }

  /// What came from one member may vouch for what another has sent, or heal its writer.
  private Set<RelPath> lookAgain() throws IOException {
    var changed = new HashSet<RelPath>();
    VersionVector frontier = ledger.frontier();
    if (frontier.equals(lookedAt)) {
      return changed;
    }
    lookedAt = frontier;
    for (SyncSession session : sessions.values()) {
      if (session.waiting.isEmpty()) {
        continue;
      }
      try {
        changed.addAll(take(session, List.of()));
      } catch (PeerViolationException e) {
        session.reset(); // what it sent turned out to be of no use
      }
    }
    return changed;
  }

  private Set<RelPath> take(SyncSession session, List<byte[]> entries) throws IOException {
    Appended appended = ledger.accept(entries, session.waiting);
    session.exchanged = session.exchanged.merge(appended.places());
    if (!entries.isEmpty()) relaying.brought(session.peer(), appended.entries());
    return appended.changed();
  }

  private boolean isAlone() {
    return Set.of(self.key()).containsAll(ledger.members().current().keySet());
  }

  /// Whether planning had better wait, since entries on their way belong to the ones that are here.
  boolean awaitsMore(Clockwork clock) {
    if (sessions.values().stream().noneMatch(session -> session.announcesMore)) {
      moreSince = OptionalLong.empty();
      return false;
    }
    if (moreSince.isEmpty()) {
      moreSince = OptionalLong.of(clock.now());
    }
    long until = moreSince.getAsLong() + PATIENCE;
    if (clock.now() - until >= 0) {
      moreSince = OptionalLong.empty();
      return false;
    }
    clock.wakeAt(until);
    return true;
  }

  /// Takes a message in.
  ///
  /// @return paths whose global state changed
  Set<RelPath> take(SyncSession session, SyncMessage message) throws IOException {
    return switch (message) {
      case SyncMessage.Entries(List<byte[]> entries, boolean more) -> {
        session.announcesMore = more;
        yield take(session, entries);
      }
      case SyncMessage.Status status -> {
        claim(status.frontier());
        session.reported = true;
        session.frontier.hear(status.frontier());
        session.applied.hear(status.applied());
        session.backlog = status.backlog();
        session.push = status.push();
        yield Set.of();
      }
      case SyncMessage.Locks _ -> Set.of(); // no matter of the ledger's
      case SyncMessage.Hello _, SyncMessage.Refused _ ->
          throw new PeerViolationException("a greeting in the middle of a conversation");
      case SyncMessage.Unknown _ -> Set.of();
    };
  }

  /// Sends each member the entries it lacks, a message at a time.
  void pump(Clockwork clock) throws IOException {
    pumpEntries(clock);
    List.copyOf(sessions.values()).forEach(this::pumpLocks);
  }

  private void pumpEntries(Clockwork clock) throws IOException {
    VersionVector frontier = ledger.frontier();
    for (SyncSession session : new ArrayList<>(sessions.values())) {
      if (session.draining) {
        continue;
      }
      VersionVector theirs = session.exchanged.merge(session.frontier.in(ledger));
      if (frontier.includedIn(theirs)) {
        session.caughtUp = true;
        continue;
      }
      if (relaying.waits(session, theirs, frontier, clock)) {
        continue;
      }
      Missing missing = ledger.since(theirs, entriesBytes);
      session.exchanged = missing.reached();
      boolean more = !frontier.includedIn(session.exchanged);
      session.draining = true;
      session.send(new SyncMessage.Entries(missing.entries(), more));
    }
  }

  /// Has a connected member told something about locks, with the next [#pump].
  void tell(PeerId member, byte[] aboutLocks) {
    SyncSession session = sessions.get(member);
    if (session != null && session.aboutLocks.size() < LOCKS_MAX) {
      session.aboutLocks.add(aboutLocks);
    }
  }

  /// Tells all connected members.
  void tellAll(byte[] aboutLocks) {
    sessions.keySet().forEach(member -> tell(member, aboutLocks));
  }

  /// All that a turn has to say of locks goes as few messages: sessions take only so many. It goes
  /// after the entries that it may speak of.
  private void pumpLocks(SyncSession session) {
    if (session.aboutLocks.isEmpty()) {
      return;
    }
    var part = new ArrayList<byte[]>();
    int bytes = 0;
    for (byte[] message : session.aboutLocks) {
      if (!part.isEmpty()
          && (bytes + message.length > entriesBytes
              || part.size() == SyncMessage.Locks.COUNT_MAX)) {
        session.send(new SyncMessage.Locks(part));
        part.clear();
        bytes = 0;
      }
      part.add(message);
      bytes += message.length;
    }
    session.send(new SyncMessage.Locks(part));
    session.aboutLocks.clear();
  }

  void drained(SyncSession session) {
    session.draining = false;
  }

  /// Tells everybody how far this device is, at once when it is done, else now and then.
  void announce(boolean done, Backlog backlog, Clockwork clock) {
    if (done) {
      applied = ledger.frontier();
      appliedHeads = ledger.heads();
    }
    List<Head> heads = ledger.heads();
    for (SyncSession session : sessions.values()) {
      SyncMessage.Push push = relaying.wantedOf(session.peer());
      var status = new SyncMessage.Status(heads, appliedHeads, backlog, push);
      if (status.equals(session.toldLast)) {
        continue;
      }
      long due = session.toldAt + TELL_EVERY;
      if (done || session.toldLast == null || clock.now() - due >= 0) {
        session.toldLast = status;
        session.toldAt = clock.now();
        session.send(status);
      } else {
        clock.wakeAt(due);
      }
    }
  }

  /// Whether every connected member has durably applied all that is in the ledger, and, if there
  /// are other members, one is connected.
  boolean allHaveEverything() {
    VersionVector frontier = ledger.frontier();
    return (isAlone() || !sessions.isEmpty())
        && sessions.values().stream()
            .allMatch(session -> frontier.includedIn(session.applied.in(ledger)));
  }

  /// Ends the sessions of those who are members no longer.
  void dropStrangers() {
    Set<PublicKey> current = new HashSet<>(ledger.members().current().keySet());
    for (SyncSession session : sessions.values()) {
      if (!current.contains(session.peer().key())) {
        session.reset();
      }
    }
  }

  /// Ends all sessions.
  void hangUp() {
    sessions.values().forEach(SyncSession::reset);
  }

  /// @param leftOutHere files that this device does not sync
  List<FolderStatus.Member> status(long leftOutHere) {
    var status = new ArrayList<FolderStatus.Member>();
    var forked = new HashSet<PublicKey>();
    ledger.forks().forEach(fork -> forked.add(fork.writer().device()));
    VersionVector frontier = ledger.frontier();
    ledger
        .members()
        .current()
        .forEach(
            (key, member) -> {
              var peer = new PeerId(key);
              SyncSession session = sessions.get(peer);
              boolean isSelf = peer.equals(self);
              Backlog backlog = session == null ? Backlog.NONE : session.backlog;
              status.add(
                  new FolderStatus.Member(
                      peer,
                      member.name(),
                      member.role(),
                      isSelf,
                      isSelf || session != null,
                      frontier.includedIn(
                          isSelf
                              ? applied
                              : session == null ? VersionVector.EMPTY : session.applied.in(ledger)),
                      backlog.missingFiles(),
                      backlog.missingBytes(),
                      isSelf ? leftOutHere : backlog.leftOutFiles(),
                      forked.contains(key)));
            });
    return status;
  }
}
