package lockstep.sync;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.Node;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.Version;
import lockstep.base.VersionVector;
import lockstep.lease.AutoLock;
import lockstep.lease.Effect;
import lockstep.lease.LeaseTerms;
import lockstep.lease.Leases;
import lockstep.lease.Lock;
import lockstep.lease.LockRequest;
import lockstep.lease.Notice;
import lockstep.lease.SignedMessage;
import lockstep.lease.Standing;
import lockstep.lease.Strength;

/// The folder's locks: carries out what the state machines of the lease module decide, and feeds
/// them with what happens. What has to outlast a crash is durable before anybody hears of it. Owned
/// by the folder's loop.
final class Locks {
  /// How long a release waits for what was saved last to be published.
  private static final long PATIENCE = 10_000_000_000L;

  private static final long OVERDUE = 1_000_000_000L;

  private final FolderParts parts;
  private final Clockwork clock;
  private final Trees trees;
  private final Busy busy;
  private final Scans scans;
  private final Observing observing;
  private final Outbox outbox;
  private final Members members;
  private final Standings standings;
  private final Leases leases;
  private final WorkWatch works;
  private final Set<RelPath> byHand;
  private final Set<RelPath> recovered = new HashSet<>();
  private final Map<RelPath, Long> releasing = new HashMap<>();
  private final Map<RelPath, List<LockReply>> waiting = new HashMap<>();
  private long wakeAt = Long.MAX_VALUE;
  private Set<PeerId> connected = Set.of();

  /// Up to which frontier a version that is awaited was looked for in vain.
  private final Map<RelPath, VersionVector> searched = new HashMap<>();

  private boolean started;

  Locks(
      FolderParts parts,
      LoopState state,
      Scans scans,
      Observing observing,
      Outbox outbox,
      Members members,
      Decisions decisions) {
    this.parts = parts;
    this.clock = state.clock();
    this.trees = state.trees();
    this.busy = state.busy();
    this.scans = scans;
    this.observing = observing;
    this.outbox = outbox;
    this.members = members;
    this.standings = decisions.standings();
    this.leases =
        new Leases(parts.ledger().folderId(), LeaseTerms.DEFAULT, parts.locking().signer());
    this.works = new WorkWatch(parts, state, observing, decisions, outbox);
    this.byHand = new HashSet<>(parts.locking().log().byHand());
  }

  private long now() {
    return parts.time().bootNanos();
  }

  // ---- What happens --------------------------------------------------------------------------

  /// The watcher saw something at a path, be it synced or not.
  void appeared(RelPath path) {
    decide(works.appeared(now(), path));
  }

  void vanished(RelPath path) {
    decide(works.vanished(now(), path));
  }

  void listed(RelPath directory, Observation.Marks marks) {
    decide(works.listed(now(), directory, marks.applications()));
  }

  void handle(RelPath path, boolean open) {
    decide(works.handle(now(), path, open));
    if (recovered.remove(path)) {
      if (open) {
        decide(works.saved(now(), path)); // it is still being worked on
      } else {
        release(path);
      }
    }
  }

  /// A member says something of locks.
  void receive(List<byte[]> messages) throws PeerViolationException {
    for (byte[] message : messages) {
      Optional<SignedMessage> said = SignedMessage.verify(message);
      if (said.isPresent()) {
        run(leases.receive(now(), said.get()));
      }
    }
  }

  // ---- What a user wants ---------------------------------------------------------------------

  /// Locks a file by hand. The reply comes once it is known what became of it.
  void lock(RelPath path, String note, LockReply reply) {
    Optional<Lock> other = standings.theirs(path);
    if (other.isPresent()) {
      reply.denied(other.get().holder(), shown(path));
      return;
    }
    keepByHand(path, true);
    decide(works.locked(now(), path));
    waiting.computeIfAbsent(path, _ -> new ArrayList<>()).add(reply);
    run(leases.request(now(), path, request(path).withNote(note)));
    answer(path);
  }

  /// @return whether the lock was this device's
  boolean unlock(RelPath path) {
    if (!(standings.of(path) instanceof Standing.Mine)) {
      return false;
    }
    keepByHand(path, false);
    decide(works.unlocked(now(), path));
    release(path);
    return true;
  }

  /// Breaks another's lock, and leaves the file free.
  void breakLock(RelPath path, String reason) {
    parts.log().log(WARNING, "the lock on {0} of {1} is broken: {2}", path, parts.name(), reason);
    run(leases.request(now(), path, request(path).overriding(reason)));
    run(leases.release(now(), path, Optional.empty()));
  }

  void ask(RelPath path, String note) {
    run(leases.ask(now(), path, note));
  }

  private LockRequest request(RelPath path) {
    Optional<Version> base = trees.global().get(path).filter(version -> version.node().isLive());
    return LockRequest.of(
        base.map(Version::entry), base.map(Version::epoch).orElse(0L), parts.time().wallTime());
  }

  private void keepByHand(RelPath path, boolean is) {
    if (is ? byHand.add(path) : byHand.remove(path)) {
      try {
        parts.locking().log().byHand(path, is);
      } catch (IOException e) {
        parts.log().log(WARNING, "a lock by hand is forgotten with the next start: {0}", e);
      }
    }
  }

  // ---- Once a turn ---------------------------------------------------------------------------

  /// Before anything is published: what a user saves may have to be locked.
  void turn() {
    if (!started) {
      start();
    }
    run(leases.members(now(), roles()));
    Set<PeerId> peers = members.connected();
    if (!peers.equals(connected)) {
      connected = peers;
      run(leases.connected(now(), peers));
    }
    if (now() - wakeAt >= 0) {
      run(leases.elapsed(now()));
    }
    decide(works.turn(now(), scans.sawAll()));
    recover();
    releaseWhatIsPublished();
    lookForFinalVersions();
    wake(wakeAt);
    wake(works.wakeAt());
  }

  private void start() {
    started = true;
    try {
      run(leases.start(now(), parts.locking().log().kept(), roles()));
    } catch (IOException e) {
      parts.log().log(WARNING, "what was promised of locks is forgotten: {0}", e.getMessage());
      run(leases.start(now(), List.of(), roles()));
    }
  }

  /// What is due still, though it has just had its turn, is in no hurry.
  private void wake(long at) {
    if (at != Long.MAX_VALUE) {
      long left = at - now();
      clock.wakeAt(clock.now() + (left > 0 ? left : OVERDUE));
    }
  }

  private Map<PeerId, Role> roles() {
    var roles = new HashMap<PeerId, Role>();
    parts
        .ledger()
        .members()
        .current()
        .forEach((key, member) -> roles.put(new PeerId(key), member.role()));
    return roles;
  }

  /// Locks that the last run held: whether somebody still works there shows once all was seen.
  private void recover() {
    if (!scans.sawAll()) {
      return;
    }
    for (RelPath path : List.copyOf(recovered)) {
      if (byHand.contains(path)) {
        recovered.remove(path);
        decide(works.locked(now(), path));
        run(leases.request(now(), path, request(path)));
      } else {
        look(path);
      }
    }
  }

  private void look(RelPath path) {
    parts.observer().lookForWriter(path);
  }

  private void release(RelPath path) {
    releasing.putIfAbsent(path, clock.now() + PATIENCE);
  }

  /// A release says what the last version is, so it waits for that to be in the ledger.
  private void releaseWhatIsPublished() {
    for (var each : List.copyOf(releasing.entrySet())) {
      RelPath path = each.getKey();
      boolean saving = observing.isWaitingFor(path) || busy.has(path) || outbox.contains(path);
      if (saving && clock.now() - each.getValue() < 0) {
        clock.wakeAt(each.getValue());
        continue;
      }
      releasing.remove(path);
      Optional<Blake3> last =
          trees
              .global()
              .get(path)
              .filter(version -> version.writer().device().equals(parts.self().key()))
              .map(Version::entry);
      run(leases.release(now(), path, last));
    }
  }

  /// The last holder's version is here once it stands on the disk, not before.
  private void lookForFinalVersions() {
    for (RelPath path : List.copyOf(standings.paths())) {
      Optional<Blake3> awaited = awaited(path);
      if (awaited.isPresent()
          && !busy.has(path)
          && isApplied(path)
          && isHere(path, awaited.get())) {
        searched.remove(path);
        run(leases.arrived(now(), path, awaited.get()));
      }
    }
  }

  private boolean isHere(RelPath path, Blake3 version) {
    if (trees.global().get(path).filter(v -> v.entry().equals(version)).isPresent()) {
      return true;
    }
    VersionVector frontier = parts.ledger().frontier();
    return !frontier.equals(searched.put(path, frontier)) && isInLedger(version);
  }

  private boolean isApplied(RelPath path) {
    return trees.global(path).equals(trees.applied(path).ledger());
  }

  private Optional<Blake3> awaited(RelPath path) {
    return switch (standings.of(path)) {
      case Standing.Free(var awaits) -> awaits;
      case Standing.Mine(_, _, var awaits) -> awaits;
      case Standing.Theirs _ -> Optional.empty();
    };
  }

  private boolean isInLedger(Blake3 entry) {
    try (var entries = parts.ledger().entries()) {
      return entries.anyMatch(known -> known.hash().equals(entry));
    }
  }

  // ---- What comes of it ----------------------------------------------------------------------

  private void decide(List<AutoLock.Decision> decisions) {
    for (AutoLock.Decision decision : decisions) {
      switch (decision) {
        case AutoLock.Decision.Take(RelPath path) -> take(path);
        case AutoLock.Decision.Release(RelPath path) -> release(path);
        case AutoLock.Decision.LookForHandle(RelPath path) -> look(path);
        case AutoLock.Decision.WakeAt(long at) -> works.wakeAt(at);
      }
    }
  }

  private void take(RelPath path) {
    recovered.remove(path);
    releasing.remove(path);
    run(leases.request(now(), path, request(path)));
  }

  private void run(List<Effect> effects) {
    boolean durable = keep(effects);
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Persist _ -> {}
        case Effect.Send(PeerId to, SignedMessage message) -> {
          if (durable) members.tell(to, message.encode());
        }
        case Effect.Broadcast(SignedMessage message) -> {
          if (durable) members.tellAll(message.encode());
        }
        case Effect.Stands(RelPath path, Standing standing) -> stands(path, standing);
        case Effect.Tell(Notice notice) -> tell(notice);
        case Effect.Refused(PeerId sender, String why) ->
            parts.log().log(DEBUG, "{0} says of a lock what is not taken: {1}", sender, why);
        case Effect.WakeAt(long at) -> wakeAt = at;
      }
    }
  }

  /// All that must be durable, at once; what then cannot be is told to nobody.
  private boolean keep(List<Effect> effects) {
    var kept =
        effects.stream()
            .filter(Effect.Persist.class::isInstance)
            .map(effect -> ((Effect.Persist) effect).kept())
            .toList();
    if (kept.isEmpty()) {
      return true;
    }
    try {
      parts.locking().log().keep(kept);
      return true;
    } catch (IOException e) {
      parts.log().log(WARNING, "a lock cannot be written down: {0}", e.getMessage());
      return false;
    }
  }

  private void stands(RelPath path, Standing now) {
    Standing before = standings.set(path, now);
    trees.replan(path);
    Optional<PeerId> was = holder(before);
    Optional<PeerId> is = holder(now);
    if (is.isPresent() && !is.equals(was)) {
      tellOf("lock-acquired", path, is.get(), Map.of());
    } else if (is.isEmpty() && was.isPresent()) {
      tellOf("lock-released", path, was.get(), Map.of());
    }
    if (before instanceof Standing.Mine && !(now instanceof Standing.Mine)) {
      keepByHand(path, false);
      releasing.remove(path);
      decide(works.unlocked(now(), path));
    }
    answer(path);
  }

  private static Optional<PeerId> holder(Standing standing) {
    return switch (standing) {
      case Standing.Free _ -> Optional.empty();
      case Standing.Mine(Lock lock, _, _) -> Optional.of(lock.holder());
      case Standing.Theirs(Lock lock, _) -> Optional.of(lock.holder());
    };
  }

  /// Whoever waits for a lock learns as soon as there is something to say.
  private void answer(RelPath path) {
    List<LockReply> asking = waiting.get(path);
    if (asking == null) {
      return;
    }
    boolean decided =
        switch (standings.of(path)) {
          case Standing.Mine(_, Strength strength, _) ->
              strength instanceof Strength.Firm || strength instanceof Strength.Unconfirmed;
          case Standing.Free _, Standing.Theirs _ -> false;
        };
    if (decided) {
      waiting.remove(path);
      asking.forEach(reply -> reply.locked(shown(path)));
    }
  }

  private void tell(Notice notice) {
    RelPath path = notice.path();
    switch (notice) {
      case Notice.Denied(_, Lock other) -> {
        tellOf("lock-denied", path, other.holder(), Map.of());
        notOurs(path);
        List<LockReply> asking = waiting.remove(path);
        if (asking != null) asking.forEach(reply -> reply.denied(other.holder(), shown(path)));
      }
      case Notice.Lost(_, Lock other) -> {
        tellOf("lock-lost", path, other.holder(), Map.of("reason", "it had run out unrenewed"));
        notOurs(path);
      }
      case Notice.Overridden(_, Lock other) -> {
        String reason = other.request().override().orElse("");
        tellOf("lock-lost", path, other.holder(), Map.of("reason", reason, "forced", "true"));
        parts.log().log(INFO, "{0} broke the lock on {1}: {2}", other.holder(), path, reason);
        notOurs(path);
      }
      case Notice.Asked(_, PeerId asker, String note) ->
          tellOf("lock-requested", path, asker, Map.of("note", note));
      case Notice.NowFree _ -> parts.tell("lock-free", path, Map.of());
      case Notice.Recovered _ -> recovered.add(path);
      case Notice.FinalVersionMissing _ ->
          parts.tell("problem", path, Map.of("reason", "the last holder's version has not come"));
      case Notice.NotAllowed(_, var why) -> {
        notOurs(path);
        List<LockReply> asking = waiting.remove(path);
        if (asking != null) asking.forEach(reply -> reply.notAllowed(why));
      }
    }
  }

  private void notOurs(RelPath path) {
    keepByHand(path, false);
    releasing.remove(path);
    recovered.remove(path);
    decide(works.unlocked(now(), path));
  }

  private void tellOf(String type, RelPath path, PeerId peer, Map<String, String> details) {
    var all = new HashMap<>(details);
    all.put("name", parts.ledger().nameOf(peer.key()));
    parts
        .events()
        .tell(
            type, Optional.of(parts.name()), Optional.of(path.toString()), Optional.of(peer), all);
  }

  // ---- What is shown -------------------------------------------------------------------------

  /// The lock on a path, if there is one.
  Optional<FileLock> shown(RelPath path) {
    return switch (standings.of(path)) {
      case Standing.Free _ -> Optional.empty();
      case Standing.Mine(Lock lock, Strength strength, _) ->
          Optional.of(shown(lock, strength, true));
      case Standing.Theirs(Lock lock, Strength strength) ->
          Optional.of(shown(lock, strength, false));
    };
  }

  private FileLock shown(Lock lock, Strength strength, boolean mine) {
    var ends =
        leases
            .leaseEnds(lock.path())
            .map(at -> parts.time().wallTime().plus(Duration.ofNanos(Math.max(0, at - now()))));
    var shown =
        switch (strength) {
          case Strength.Requested _ -> FileLock.Strength.REQUESTED;
          case Strength.Soft _ -> FileLock.Strength.SOFT;
          case Strength.Firm _ -> FileLock.Strength.FIRM;
          case Strength.Unconfirmed _ -> FileLock.Strength.UNCONFIRMED;
        };
    int promised =
        switch (strength) {
          case Strength.Soft(int count, _) -> count;
          case Strength.Firm(int count, _) -> count;
          case Strength.Requested _, Strength.Unconfirmed _ -> 1;
        };
    int voters = (int) roles().values().stream().filter(Role::mayWrite).count();
    return new FileLock(
        parts.name(),
        lock.path().toString(),
        lock.holder(),
        parts.ledger().nameOf(lock.holder().key()),
        lock.request().since(),
        ends,
        mine,
        lock.request().note(),
        shown,
        promised,
        voters);
  }

  List<FileLock> all() {
    return standings.paths().stream().sorted().flatMap(path -> shown(path).stream()).toList();
  }

  /// Gives up waiting for the reply.
  Optional<FileLock> soFar(RelPath path, LockReply reply) {
    List<LockReply> asking = waiting.get(path);
    if (asking != null) {
      asking.remove(reply);
      if (asking.isEmpty()) waiting.remove(path);
    }
    return shown(path);
  }

  /// Whether this device's user locked it, so that nothing but they releases it.
  boolean isByHand(RelPath path) {
    return byHand.contains(path);
  }

  long count() {
    return standings.locks();
  }

  /// What `why` says of it, before all else.
  List<String> why(RelPath path) {
    Optional<FileLock> lock = shown(path);
    if (lock.isEmpty()) {
      return awaited(path).isPresent()
          ? List.of("read-only: the last version of whoever worked on it is on its way here")
          : List.of();
    }
    String note = lock.get().note().isEmpty() ? "" : " (" + lock.get().note() + ")";
    String who = lock.get().mine() ? "this device" : lock.get().ownerName();
    String head = "locked by " + who + " since " + lock.get().since() + note;
    boolean here = trees.disk().node(path) instanceof Node.File;
    String more =
        lock.get().mine()
            ? ""
            : !here || parts.seals().has(path)
                ? ": read-only here until then; what is saved all the same becomes a conflict copy"
                : ": what is saved here meanwhile becomes a conflict copy";
    return List.of(head + more);
  }
}
