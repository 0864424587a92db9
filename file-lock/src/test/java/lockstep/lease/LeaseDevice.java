package lockstep.lease;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import lockstep.testkit.sim.Scheduler;

/// One simulated device: a clock that drifts, a disk that keeps what was made durable, and the
/// machine under test. Effects are carried out one after another; making something durable takes
/// time, in which inputs go on, and a crash may come between any two.
final class LeaseDevice {
  static final int ORIGINAL_MODE = 0664;

  private final LeaseWorld world;
  final int number;
  final PeerId id;
  final Signer signer;
  private final double rate;
  private final long offset;

  // What a crash leaves.
  private final List<byte[]> keptBytes = new ArrayList<>();
  private final List<Kept> kept = new ArrayList<>();
  final Map<RelPath, LockMarker> markers = new HashMap<>();
  final Map<RelPath, Integer> modes = new HashMap<>();
  final Set<Blake3> versions = new HashSet<>();
  int view;
  final List<Long> viewLearnedAt = new ArrayList<>();

  // What it does not.
  Scheduler.Life life = new Scheduler.Life();
  Leases leases;
  private ArrayDeque<Effect> todo = new ArrayDeque<>();
  private boolean isWriting;
  private long wakeOrder;
  Map<RelPath, Standing> stands = new HashMap<>();
  final Set<RelPath> releasing = new HashSet<>();
  long upSince;
  boolean isSuspended;

  /// Effects until it crashes by itself; negative: never.
  int crashAfter = -1;

  /// Moment at which each own claim was sent last, by path; never forgotten.
  final Map<RelPath, Long> spokeAt = new HashMap<>();

  LeaseDevice(LeaseWorld world, int number, PeerId id, Signer signer, double rate, long offset) {
    this.world = world;
    this.number = number;
    this.id = id;
    this.signer = signer;
    this.rate = rate;
    this.offset = offset;
    this.leases = newLeases();
    life.end();
  }

  private Leases newLeases() {
    Function<LeaseMessage, SignedMessage> seal =
        world.isReal
            ? it -> SignedMessage.sign(signer, LeaseWorld.FOLDER, it)
            : it -> SignedMessage.unencoded(LeaseWorld.FOLDER, id, it);
    return new Leases(LeaseWorld.FOLDER, LeaseTerms.DEFAULT, id, seal);
  }

  boolean isUp() {
    return !life.isOver();
  }

  boolean isAwake() {
    return !life.isOver() && !isSuspended;
  }

  /// Its own elapsed time, which does not stop in its sleep but with its run.
  long now() {
    return offset + (long) (world.now() * rate);
  }

  /// What a clock says that people set by two minutes every now and then: see [LeaseMutant].
  long wallNow() {
    long settings = world.now() / (50 * LeaseWorld.SECOND) + number;
    return offset + (long) (world.now() * rate) + settings / 2 * 120 * LeaseWorld.SECOND;
  }

  void start() {
    life = new Scheduler.Life();
    leases = newLeases();
    stands = new HashMap<>();
    todo = new ArrayDeque<>();
    isWriting = false;
    upSince = world.now();
    carryOut(leases.start(now(), restored(), world.members(view)));
    // Whatever an earlier run left: a marker where nothing is locked (any more).
    for (RelPath path : List.copyOf(markers.keySet())) {
      if (!(leases.standing(path) instanceof Standing.Theirs)) unlock(path);
    }
  }

  private List<Kept> restored() {
    if (!world.isReal) return kept;
    return keptBytes.stream().map(LeaseDevice::decode).toList();
  }

  private static Kept decode(byte[] bytes) {
    try {
      return Kept.decode(bytes);
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  void crash() {
    if (life.isOver()) return;
    world.tell(this, "crashes");
    life.end();
    isSuspended = false;
    crashAfter = -1;
    todo.clear();
    releasing.clear();
  }

  // ---- inputs

  /// Hands an input to the machine; nothing happens to a device that is down or asleep.
  void input(String what, Function<Leases, List<Effect>> input) {
    if (!isAwake()) return;
    world.tell(this, what);
    carryOut(input.apply(leases));
  }

  void learn(int newer) {
    if (newer <= view) return;
    for (int at = view; at < newer; at++) {
      viewLearnedAt.add(world.now());
    }
    view = newer;
    input("learns membership " + newer, it -> it.members(now(), world.members(view)));
  }

  // ---- effects

  private void carryOut(List<Effect> effects) {
    checkTold(effects);
    todo.addAll(effects);
    work();
    if (!life.isOver()) world.check(this);
  }

  private void work() {
    while (!isWriting && !todo.isEmpty() && !life.isOver()) {
      if (crashAfter == 0) {
        world.crashFor(this);
        return;
      }
      if (crashAfter > 0) crashAfter--;
      act(todo.remove());
    }
  }

  private void act(Effect effect) {
    switch (effect) {
      case Effect.Persist(var what) -> write(what);
      case Effect.Send(var to, var message) -> world.send(this, to, spoken(message));
      case Effect.Broadcast(var message) -> world.broadcast(this, spoken(message));
      case Effect.Stands(var path, var standing) -> show(path, standing);
      case Effect.WakeAt(long at) -> wake(at);
      case Effect.Tell(var notice) -> hear(notice);
      case Effect.Refused(_, var why) -> world.refused(this, why);
    }
  }

  private void write(Kept what) {
    isWriting = true;
    var running = life;
    world.scheduler.within(
        30_000_000,
        running,
        "write",
        () -> {
          if (world.isReal) {
            keptBytes.add(what.encode());
          } else {
            kept.add(what);
          }
          isWriting = false;
          work();
        });
  }

  private SignedMessage spoken(SignedMessage message) {
    if (message.message() instanceof LeaseMessage.Claim(LockRecord record)
        && record.lock().holder().equals(id)
        && !record.isReleased()) {
      spokeAt.put(record.lock().path(), world.now());
    } else if (message.message() instanceof LeaseMessage.Refusal refusal) {
      refusal
          .inTheWay()
          .filter(it -> it.claim().sender().equals(id))
          .ifPresent(it -> spokeAt.put(refusal.path(), world.now()));
    }
    return message;
  }

  private void wake(long at) {
    long order = ++wakeOrder;
    if (at == Long.MAX_VALUE) return;
    long nanos = (long) Math.ceil((at - now()) / rate) + 1;
    world.scheduler.after(
        nanos,
        life,
        "wake",
        () -> {
          if (order == wakeOrder) input("wakes", it -> it.elapsed(now()));
        });
  }

  private void show(RelPath path, Standing standing) {
    switch (standing) {
      case Standing.Theirs(var lock, _) -> lock(path, lock);
      case Standing.Mine _, Standing.Free _ -> unlock(path);
    }
    Optional<Blake3> awaits =
        switch (standing) {
          case Standing.Free(var version) -> version;
          case Standing.Mine(_, _, var version) -> version;
          case Standing.Theirs _ -> Optional.empty();
        };
    awaits.ifPresent(version -> world.fetch(this, path, version));
  }

  private void lock(RelPath path, Lock lock) {
    int mode = modes.getOrDefault(path, ORIGINAL_MODE);
    var found = Optional.ofNullable(markers.get(path));
    apply(path, LockedFile.lock(found, OptionalInt.of(mode), lock, "device"));
  }

  private void unlock(RelPath path) {
    int mode = modes.getOrDefault(path, ORIGINAL_MODE);
    apply(path, LockedFile.unlock(Optional.ofNullable(markers.get(path)), OptionalInt.of(mode)));
  }

  /// Half of what is to be done to a file may be done when a crash comes.
  private void apply(RelPath path, List<LockedFile.Step> steps) {
    for (LockedFile.Step step : steps) {
      if (crashAfter == 0) {
        world.crashFor(this);
        return;
      }
      switch (step) {
        case LockedFile.Step.WriteMarker(var marker) -> markers.put(path, marker);
        case LockedFile.Step.SetMode(int mode) -> modes.put(path, mode);
        case LockedFile.Step.RemoveMarker() -> markers.remove(path);
      }
      if (crashAfter > 0) crashAfter--;
    }
  }

  private void hear(Notice notice) {
    if (notice instanceof Notice.Recovered(var path, _)) world.recovered(this, path);
  }

  /// Whoever has a lock, or asked for one, is told when it comes to nothing.
  private void checkTold(List<Effect> effects) {
    for (Effect effect : effects) {
      if (!(effect instanceof Effect.Stands(var path, var standing))) continue;
      boolean hadIt = stands.put(path, standing) instanceof Standing.Mine;
      boolean hasIt = standing instanceof Standing.Mine;
      boolean gaveItUp = !hasIt && releasing.remove(path);
      if (hadIt && !hasIt && !gaveItUp && !isTold(effects, path)) {
        throw world.failure("loser-not-told", this + " lost " + path + " and was not told");
      }
    }
  }

  private static boolean isTold(List<Effect> effects, RelPath path) {
    return effects.stream()
        .anyMatch(
            it ->
                it instanceof Effect.Tell(var notice)
                    && notice.path().equals(path)
                    && !(notice instanceof Notice.Asked)
                    && !(notice instanceof Notice.NowFree));
  }

  @Override
  public String toString() {
    return "device " + number;
  }
}
