package lockstep.sync;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.Version;
import lockstep.lease.AutoLock;
import lockstep.lease.Effect;
import lockstep.lease.Kept;
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
  private final FolderParts parts;
  private final Clockwork clock;
  private final Trees trees;
  private final Scans scans;
  private final Members members;
  private final Standings standings;
  private final Leases leases;
  private final WorkWatch works;
  private final HandOver handOver;
  private final LockView view;
  private final LockReplies replies = new LockReplies();
  private final Set<RelPath> recovered = new HashSet<>();
  private final Deque<Runnable> said = new ArrayDeque<>();

  /// What must be durable before others are told anything more: of each path the last.
  private final Map<RelPath, Kept> unwritten = new LinkedHashMap<>();

  private long wakeAt = Long.MAX_VALUE;
  private Map<PeerId, SyncSession> sessions = Map.of();
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
    this.scans = scans;
    this.members = members;
    this.standings = decisions.standings();
    this.leases =
        new Leases(parts.ledger().folderId(), LeaseTerms.DEFAULT, parts.locking().signer());
    this.works = new WorkWatch(parts, state, observing, decisions, outbox);
    this.handOver = new HandOver(parts, state, observing, outbox, decisions);
    this.view = new LockView(parts, trees, standings, handOver, leases);
  }

  /// The locks as people are shown them.
  LockView view() {
    return view;
  }

  private long now() {
    return parts.time().bootNanos();
  }

  // ---- What happens --------------------------------------------------------------------------

  /// The watcher saw something at a path, be it synced or not.
  void appeared(RelPath path) {
    decide(works.appeared(now(), path));
  }

  /// From now on another policy says what is locked without anybody asking.
  void follow(LockPolicy policy) {
    decide(works.follow(now(), policy));
    scans.scan(RelPath.ROOT, "what is locked by itself was changed");
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
        decide(works.resumed(now(), path));
      } else {
        handOver.release(path);
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
      reply.denied(other.get().holder(), view.of(path));
      return;
    }
    keepByHand(path, true);
    decide(works.locked(now(), path));
    recovered.remove(path);
    handOver.keep(path);
    replies.add(path, reply);
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
    handOver.release(path);
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
    Optional<Version> base = base(path);
    return LockRequest.of(
        base.map(Version::entry), base.map(Version::epoch).orElse(0L), parts.time().wallTime());
  }

  /// The official version, if its bytes have come here.
  private Optional<Version> base(RelPath path) {
    return trees.isApplied(path)
        ? trees.global().get(path).filter(version -> version.node().isLive())
        : Optional.empty();
  }

  private void keepByHand(RelPath path, boolean is) {
    try {
      parts.locking().log().byHand(path, is);
    } catch (IOException e) {
      parts.log().log(WARNING, "a lock by hand is forgotten with the next start: {0}", e);
    }
  }

  /// Whether this device's user locked it, so that nothing but they releases it.
  boolean isByHand(RelPath path) {
    return parts.locking().log().isByHand(path);
  }

  /// Whose session has taken the place of another was away in between: what was said on that one
  /// may be lost.
  private void lookWhoIsConnected() {
    Map<PeerId, SyncSession> current = members.sessions();
    if (current.equals(sessions)) return;
    var stayed = new HashMap<>(current);
    stayed.entrySet().retainAll(sessions.entrySet());
    run(leases.connected(now(), stayed.keySet()));
    run(leases.connected(now(), current.keySet()));
    sessions = current;
  }

  // ---- Once a turn ---------------------------------------------------------------------------

  /// Before anything is published: what a user saves may have to be locked.
  void turn() {
    if (!started) {
      start();
    }
    run(leases.members(now(), roles()));
    lookWhoIsConnected();
    if (now() - wakeAt >= 0) {
      run(leases.elapsed(now()));
    }
    decide(works.turn(now(), scans.sawAll()));
    recover();
    handOver.published().forEach((path, last) -> run(leases.release(now(), path, last)));
    handOver.arrived().forEach((path, version) -> run(leases.arrived(now(), path, version)));
    tellOfNewBases();
    wake(wakeAt);
    wake(works.wakeAt());
  }

  /// The others are to know which version is worked on here.
  private void tellOfNewBases() {
    for (RelPath path : List.copyOf(standings.paths())) {
      Optional<Blake3> base = base(path).map(Version::entry);
      if (standings.of(path) instanceof Standing.Mine(Lock lock, _, _)
          && base.isPresent()
          && !base.equals(lock.request().base())
          && !recovered.contains(path)) {
        run(leases.request(now(), path, request(path)));
      }
    }
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

  private void wake(long at) {
    if (at != Long.MAX_VALUE) clock.wakeAt(clock.now() + Math.max(0, at - now()));
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
      if (isByHand(path)) {
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

  // ---- What comes of it ----------------------------------------------------------------------

  /// What one state machine says may be news to the other, which answers. All is carried out in the
  /// order in which it was said: the last moment named is the one to wake at.
  private void inOrder(Runnable task) {
    said.add(task);
    if (said.size() == 1) {
      while (!said.isEmpty()) {
        said.element().run();
        said.remove();
      }
    }
  }

  private void decide(List<AutoLock.Decision> decisions) {
    inOrder(() -> act(decisions));
  }

  private void run(List<Effect> effects) {
    inOrder(() -> perform(effects));
  }

  private void act(List<AutoLock.Decision> decisions) {
    for (AutoLock.Decision decision : decisions) {
      switch (decision) {
        case AutoLock.Decision.Take(RelPath path) -> take(path);
        case AutoLock.Decision.Release(RelPath path) -> handOver.release(path);
        case AutoLock.Decision.LookForHandle(RelPath path) -> look(path);
        case AutoLock.Decision.WakeAt(long at) -> works.wakeAt(at);
      }
    }
  }

  private void take(RelPath path) {
    recovered.remove(path);
    handOver.keep(path);
    run(leases.request(now(), path, request(path)));
  }

  private void perform(List<Effect> effects) {
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

  /// All that must be durable, at once; until it is, others are told nothing more.
  private boolean keep(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Persist(Kept kept)) unwritten.put(kept.path(), kept);
    }
    if (unwritten.isEmpty()) {
      return true;
    }
    try {
      parts.locking().log().keep(unwritten.values());
      unwritten.clear();
      return true;
    } catch (IOException e) {
      parts.log().log(WARNING, "a lock cannot be written down: {0}", e.getMessage());
      return false;
    }
  }

  private void stands(RelPath path, Standing now) {
    Standing before = standings.set(path, now);
    parts.log().log(DEBUG, "the lock on {0} of {1}: {2}", path, parts.name(), now);
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
      handOver.keep(path);
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
    boolean decided =
        standings.of(path) instanceof Standing.Mine(_, Strength strength, _)
            && (strength instanceof Strength.Firm || strength instanceof Strength.Unconfirmed);
    if (decided && replies.areAwaited(path)) {
      Optional<FileLock> lock = view.of(path);
      replies.answer(path, reply -> reply.locked(lock));
    }
  }

  private void tell(Notice notice) {
    RelPath path = notice.path();
    switch (notice) {
      case Notice.Denied(_, Lock other) -> {
        tellOf("lock-denied", path, other.holder(), Map.of());
        notOurs(path);
        replies.answer(path, reply -> reply.denied(other.holder(), view.of(path)));
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
      case Notice.Asked(_, PeerId asker, String note) -> {
        standings.asked(path, asker, note);
        tellOf("lock-requested", path, asker, Map.of("note", note));
      }
      case Notice.NowFree _ -> parts.tell("lock-free", path, Map.of());
      case Notice.Recovered _ -> recovered.add(path);
      case Notice.FinalVersionMissing _ ->
          parts.tell("problem", path, Map.of("reason", "the last holder's version has not come"));
      case Notice.NotAllowed(_, var why) -> {
        notOurs(path);
        replies.answer(path, reply -> reply.notAllowed(why));
      }
    }
  }

  private void notOurs(RelPath path) {
    keepByHand(path, false);
    handOver.keep(path);
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

  /// Gives up waiting for the reply.
  Optional<FileLock> soFar(RelPath path, LockReply reply) {
    replies.remove(path, reply);
    return view.of(path);
  }

  long count() {
    return standings.locks();
  }
}
