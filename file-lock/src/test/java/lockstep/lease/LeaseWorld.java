package lockstep.lease;

import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.testkit.sim.Scheduler;
import org.jspecify.annotations.Nullable;

/// A simulated cluster that locks files: 2 to 7 devices whose clocks drift, a network that delays,
/// loses, repeats, reorders and splits, crashes at any step, sleep, members that come and go, and
/// users who lock, save, release, break and ask. Everything follows from the seed.
///
/// Messages are not encoded and signed, but in one of [#REAL_EVERY] runs, where all of it is real.
final class LeaseWorld {
  static final Blake3 FOLDER = Blake3.of(new byte[] {1});
  static final int REAL_EVERY = 500;

  /// From this seed on all but one are connected with that one only.
  static final long STARS = 700_000_000;

  static final long SECOND = 1_000_000_000L;
  static final long DELAY_MAX = 8 * SECOND;

  /// Clocks of one cluster differ by up to a sixth: less than what leases allow for.
  private static final double DRIFT = 0.08;

  final Scheduler scheduler;
  final SplittableRandom random;
  final boolean isReal;
  final List<LeaseDevice> devices = new ArrayList<>();
  final List<RelPath> paths = new ArrayList<>();
  private final List<Map<PeerId, Role>> views = new ArrayList<>();
  private final Map<PeerId, LeaseDevice> byId = new HashMap<>();
  private final int hub;
  private final boolean[][] links;
  final long[][] linkedSince;
  private final LeaseChecks checks;
  private final @Nullable PrintStream story;
  private double loss;
  private final double repeats;
  private final long slow;
  private long versionCount;

  private static final Scheduler.Life ALWAYS = new Scheduler.Life();

  private LeaseWorld(long seed, @Nullable PrintStream story) {
    this.story = story;
    scheduler = new Scheduler(seed);
    random = scheduler.random();
    isReal = Math.floorMod(seed, REAL_EVERY) == 0;
    checks = new LeaseChecks(this);
    int count = 2 + random.nextInt(6);
    hub = seed < STARS ? -1 : random.nextInt(count);
    links = new boolean[count][count];
    linkedSince = new long[count][count];
    loss = random.nextInt(3) == 0 ? 0 : random.nextDouble(0.2);
    repeats = random.nextDouble(0.1);
    slow = random.nextInt(3) == 0 ? DELAY_MAX : 200_000_000L;
    for (int i = 0; i < 1 + random.nextInt(2); i++) {
      paths.add(RelPath.of("scene" + i + ".blend"));
    }
    for (int i = 0; i < count; i++) addDevice(i);
    views.add(firstMembers());
  }

  private void addDevice(int number) {
    byte[] seed = new byte[PrivateKey.SEED_LENGTH];
    random.nextBytes(seed);
    Signer signer = isReal ? Signer.of(PrivateKey.ofSeed(seed)) : null;
    PeerId id = signer == null ? new PeerId(PublicKey.of(seed)) : signer.self();
    double rate = 1 - DRIFT + random.nextDouble(2 * DRIFT);
    long offset = random.nextLong(1L << 50);
    var device =
        new LeaseDevice(this, number, id, signer == null ? none(id) : signer, rate, offset);
    devices.add(device);
    byId.put(id, device);
  }

  private static Signer none(PeerId id) {
    return new Signer() {
      @Override
      public PeerId self() {
        return id;
      }

      @Override
      public byte[] sign(byte[] message) {
        return new byte[PublicKey.SIGNATURE_LENGTH];
      }
    };
  }

  private Map<PeerId, Role> firstMembers() {
    var members = new LinkedHashMap<PeerId, Role>();
    for (LeaseDevice device : devices) {
      boolean reads = device.number > 1 && random.nextInt(8) == 0;
      members.put(device.id, reads ? Role.READ_ONLY : Role.READ_WRITE);
    }
    return members;
  }

  // ---- a run

  /// Runs one seed.
  ///
  /// @return a hash of all that happened
  /// @throws LeaseFailure if a promise was broken
  static long run(long seed, @Nullable PrintStream story) {
    var world = new LeaseWorld(seed, story);
    world.run();
    return world.scheduler.trace();
  }

  private void run() {
    for (LeaseDevice device : devices) device.start();
    for (int a = 0; a < devices.size(); a++) {
      for (int b = 0; b < a; b++) link(a, b, true);
    }
    long troubles = (60 + random.nextInt(400)) * SECOND;
    int events = 6 + random.nextInt(50);
    for (int i = 0; i < events; i++) {
      scheduler.after(random.nextLong(troubles), ALWAYS, "event", this::event);
    }
    pass(troubles);
    heal();
    pass(100 * SECOND);
    loss = 0;
    pass(200 * SECOND);
    checks.quiet();
    lockOnce();
  }

  private void pass(long nanos) {
    long until = now() + nanos;
    while (scheduler.step(until)) {}
    checks.all();
  }

  private void event() {
    LeaseDevice device = devices.get(random.nextInt(devices.size()));
    RelPath path = paths.get(random.nextInt(paths.size()));
    switch (random.nextInt(24)) {
      case 0, 1, 2, 3, 4, 5 -> request(device, path, false);
      case 6, 7 -> race(path);
      case 8, 9, 10, 11 -> release(device, path);
      case 12, 13 -> save(device, path);
      case 14 -> request(device, path, true);
      case 15 -> device.input("asks", it -> it.ask(device.now(), path, "please"));
      case 16 -> crashSoon(device);
      case 17 -> crashFor(device);
      case 18 -> suspend(device);
      case 19, 20 -> split();
      case 21 -> link(device.number, random.nextInt(devices.size()), random.nextBoolean());
      case 22 -> heal();
      default -> changeMembers();
    }
  }

  /// In the end every path can be locked by anybody who may, and released again.
  private void lockOnce() {
    LeaseDevice user =
        devices.stream().filter(it -> mayWrite(it.id)).findFirst().orElse(devices.getFirst());
    for (RelPath path : paths) {
      if (!(user.leases.standing(path) instanceof Standing.Free)) continue;
      request(user, path, false);
      pass(60 * SECOND);
      checks.held(user, path);
      release(user, path);
      pass(200 * SECOND);
      checks.free(path);
    }
  }

  // ---- users

  private void request(LeaseDevice device, RelPath path, boolean override) {
    var request =
        LockRequest.of(
            Optional.empty(), checks.epochSaved(path), Instant.ofEpochSecond(now() / SECOND));
    var made = override ? request.overriding("deadline") : request;
    device.input(
        (override ? "overrides " : "requests ") + path, it -> it.request(device.now(), path, made));
  }

  private void race(RelPath path) {
    for (LeaseDevice device : devices) {
      if (random.nextBoolean()) {
        long soon = random.nextBoolean() ? 0 : random.nextLong(300_000_000L);
        scheduler.after(soon, ALWAYS, "race", () -> request(device, path, false));
      }
    }
  }

  private void release(LeaseDevice device, RelPath path) {
    if (!device.isAwake()) return;
    Optional<Blake3> saved = random.nextBoolean() ? Optional.of(newVersion()) : Optional.empty();
    saved.ifPresent(device.versions::add);
    if (device.leases.standing(path) instanceof Standing.Mine) device.releasing.add(path);
    device.input("releases " + path, it -> it.release(device.now(), path, saved));
  }

  private Blake3 newVersion() {
    return new Blake3(0, 0, 0, ++versionCount);
  }

  private void save(LeaseDevice device, RelPath path) {
    if (device.isAwake())
      checks.saved(device, path, device.leases.fencingEpoch(device.now(), path));
  }

  /// The last version of the file is on its way to a device.
  void fetch(LeaseDevice device, RelPath path, Blake3 version) {
    boolean isHere = device.versions.contains(version) && device.isAwake();
    long nanos = isHere ? 0 : random.nextLong(30 * SECOND);
    scheduler.after(
        nanos,
        device.life,
        "fetch",
        () -> {
          if (!device.isAwake()) {
            fetch(device, path, version);
            return;
          }
          device.versions.add(version);
          device.input("has the last version", it -> it.arrived(device.now(), path, version));
        });
  }

  /// The host looks whether an application still has the file open.
  void recovered(LeaseDevice device, RelPath path) {
    // It may be given up without a word until somebody answers.
    device.releasing.add(path);
    int answer = random.nextInt(3);
    if (answer == 2) return;
    scheduler.within(
        SECOND,
        device.life,
        "recovered",
        () -> {
          if (answer == 0 && device.isAwake()) {
            device.releasing.remove(path);
            request(device, path, false);
          } else {
            release(device, path);
          }
        });
  }

  // ---- troubles

  private void crashSoon(LeaseDevice device) {
    device.crashAfter = random.nextInt(6);
  }

  /// It comes back after a while.
  void crashFor(LeaseDevice device) {
    if (!device.isUp()) return;
    device.crash();
    for (int other = 0; other < devices.size(); other++) {
      if (other != device.number) notice(other, random.nextLong(30 * SECOND));
    }
    scheduler.after(random.nextLong(200 * SECOND), ALWAYS, "restart", () -> restart(device));
  }

  private void restart(LeaseDevice device) {
    if (device.isUp()) return;
    tell(device, "starts");
    device.start();
    relink(device);
  }

  private void suspend(LeaseDevice device) {
    if (!device.isAwake()) return;
    tell(device, "sleeps");
    device.isSuspended = true;
    scheduler.after(
        random.nextLong(200 * SECOND),
        device.life,
        "resume",
        () -> {
          device.isSuspended = false;
          device.upSince = now();
          device.input("wakes up", it -> it.elapsed(device.now()));
          relink(device);
        });
  }

  private void relink(LeaseDevice device) {
    for (int other = 0; other < devices.size(); other++) {
      if (links[device.number][other]) link(device.number, other, true);
    }
  }

  private void split() {
    int sides = random.nextInt();
    for (int a = 0; a < devices.size(); a++) {
      for (int b = 0; b < a; b++) {
        link(a, b, (sides >>> a & 1) == (sides >>> b & 1));
      }
    }
  }

  /// All is well from now on: everybody is up, awake, connected and told who is a member.
  private void heal() {
    for (LeaseDevice device : devices) {
      if (!device.isUp()) restart(device);
      if (device.isSuspended) {
        device.isSuspended = false;
        device.upSince = now();
      }
      device.crashAfter = -1;
    }
    for (int a = 0; a < devices.size(); a++) {
      for (int b = 0; b < a; b++) link(a, b, true);
    }
  }

  private void changeMembers() {
    LeaseDevice author = devices.get(random.nextInt(devices.size()));
    if (!author.isAwake()) return;
    author.learn(views.size() - 1);
    var next = new LinkedHashMap<>(views.getLast());
    LeaseDevice device = devices.get(random.nextInt(devices.size()));
    Role role = next.get(device.id);
    if (role == null || role == Role.READ_ONLY) {
      next.put(device.id, Role.READ_WRITE);
    } else if (next.values().stream().filter(Role::mayWrite).count() > 1) {
      if (random.nextBoolean() && device.number != hub) {
        next.remove(device.id);
      } else {
        next.put(device.id, Role.READ_ONLY);
      }
    }
    views.add(next);
    int version = views.size() - 1;
    author.learn(version);
    for (LeaseDevice other : devices) {
      if (links[author.number][other.number])
        scheduler.within(3 * SECOND, ALWAYS, "members", () -> learnIfUp(other, version));
    }
  }

  private void learnIfUp(LeaseDevice device, int version) {
    if (device.isAwake()) device.learn(version);
  }

  Map<PeerId, Role> members(int view) {
    return views.get(view);
  }

  /// Whether each majority of the one membership has a voter in common with each of the other's.
  boolean majoritiesMeet(int a, int b) {
    var all = new HashSet<>(writers(a));
    all.addAll(writers(b));
    return writers(a).size() / 2 + 1 + writers(b).size() / 2 + 1 > all.size();
  }

  private Set<PeerId> writers(int view) {
    var writers = new HashSet<PeerId>();
    views
        .get(view)
        .forEach(
            (id, role) -> {
              if (role.mayWrite()) writers.add(id);
            });
    return writers;
  }

  boolean mayWrite(PeerId id) {
    Role role = views.getLast().get(id);
    return role != null && role.mayWrite();
  }

  // ---- network

  private void link(int a, int b, boolean isUp) {
    boolean isBarred = hub >= 0 && a != hub && b != hub;
    if (a == b || isBarred) return;
    if (links[a][b] != isUp) {
      linkedSince[a][b] = now();
      linkedSince[b][a] = now();
    }
    links[a][b] = isUp;
    links[b][a] = isUp;
    notice(a, random.nextLong(2 * SECOND));
    notice(b, random.nextLong(2 * SECOND));
  }

  boolean isLinked(LeaseDevice a, LeaseDevice b) {
    return links[a.number][b.number];
  }

  /// A device finds out whom it can reach; who meets exchanges the ledger, and with it the members.
  private void notice(int number, long nanos) {
    LeaseDevice device = devices.get(number);
    scheduler.after(nanos, ALWAYS, "links", () -> lookAround(device));
  }

  private void lookAround(LeaseDevice device) {
    if (!device.isAwake()) return;
    var reached = new HashSet<PeerId>();
    boolean isNews = false;
    for (LeaseDevice other : devices) {
      if (other != device && isLinked(device, other) && other.isAwake()) {
        reached.add(other.id);
        isNews |= device.view != other.view;
        device.learn(other.view);
        other.learn(device.view);
      }
    }
    reached.retainAll(members(device.view).keySet());
    device.input("reaches " + reached.size(), it -> it.connected(device.now(), reached));
    for (int each = 0; isNews && hub >= 0 && each < devices.size(); each++) {
      notice(each, SECOND); // which goes on from one to the next
    }
  }

  void broadcast(LeaseDevice from, SignedMessage message) {
    for (LeaseDevice to : devices) {
      if (to != from) send(from, to.id, message);
    }
  }

  void send(LeaseDevice from, PeerId peer, SignedMessage message) {
    LeaseDevice to = byId.get(peer);
    if (to == null || !isLinked(from, to)) return;
    if (random.nextDouble() >= loss) deliver(from, to, message);
    if (random.nextDouble() < repeats) deliver(from, to, message);
  }

  private void deliver(LeaseDevice from, LeaseDevice to, SignedMessage message) {
    SignedMessage sent = isReal ? reread(message) : message;
    long nanos = 500_000 + random.nextLong(random.nextInt(4) == 0 ? slow : 20_000_000L);
    scheduler.after(
        nanos,
        ALWAYS,
        "message",
        () -> {
          if (isLinked(from, to)) {
            to.input(story == null ? "hears" : "hears " + sent, it -> it.receive(to.now(), sent));
          }
        });
  }

  private static SignedMessage reread(SignedMessage message) {
    try {
      SignedMessage read = SignedMessage.verify(message.encode()).orElseThrow();
      if (!read.equals(message)) throw new IllegalStateException("read otherwise than written");
      return read;
    } catch (PeerViolationException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- watching

  long now() {
    return scheduler.monotonicNanos();
  }

  void check(LeaseDevice device) {
    checks.device(device);
  }

  void refused(LeaseDevice device, String why) {
    tell(device, "refuses a message: " + why);
  }

  void tell(LeaseDevice device, String what) {
    scheduler.note(what.startsWith("hears") ? "hears" : what);
    if (story != null) {
      story.printf("%9.3f %s %s %s%n", now() / 1e9, device, what, device.isUp() ? "" : "(down)");
    }
  }

  LeaseFailure failure(String kind, String detail) {
    return new LeaseFailure(kind, "%s at %.3f s".formatted(detail, now() / 1e9));
  }
}
