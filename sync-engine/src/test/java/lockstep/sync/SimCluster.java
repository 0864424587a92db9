package lockstep.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lockstep.base.Blake3;
import lockstep.base.Node;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.Version;
import lockstep.conflict.ConflictName;
import lockstep.lease.LockMarker;
import lockstep.ledger.Change;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;
import lockstep.recovery.Workspace;
import lockstep.testkit.sim.Scheduler;
import lockstep.testkit.sim.SimDisk;
import lockstep.testkit.sim.SimNames;
import org.jspecify.annotations.Nullable;

/// Devices that share one folder, in a world in which everything that can happen does: run from a
/// [SimPlan], then left in peace, then judged.
@SuppressWarnings("ReferenceEquality") // here identity is what is meant
final class SimCluster {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  /// Longest that peace may take: a lost watch event is found by the next full scan.
  private static final long PEACE_MAX = 3000 * SECOND;

  /// How long devices may take to call themselves in sync.
  private static final long SYNCED_MAX = 300 * SECOND;

  /// What a device at peace may do in five seconds: look at its history, try what failed again.
  private static final long CALM_TURNS_MAX = 100;

  private static final List<PrivateKey> KEYS =
      IntStream.rangeClosed(1, 50).mapToObj(SimCluster::key).toList();
  private static final Map<List<?>, Foundation> FOUNDATIONS = new ConcurrentHashMap<>();

  final Scheduler world;
  final Scheduler.Life forever = new Scheduler.Life();
  final SimWire wire;
  final List<SimDevice> devices = new ArrayList<>();
  final SimOracle oracle;
  private final SimPlan plan;
  final List<SimUser> users = new ArrayList<>();
  private final @Nullable Appendable story;

  /// One in which nothing happens but what a test does, with a device for each of the disks.
  static SimCluster uneventful(long seed, List<SimNames> names) {
    return new SimCluster(new SimPlan(seed, names.size(), 0, true, false, names, List.of()), null);
  }

  SimCluster(SimPlan plan, @Nullable Appendable story) {
    this.plan = plan;
    this.story = story;
    world = new Scheduler(plan.seed());
    wire = new SimWire(this);
    for (int i = 0; i < plan.devices(); i++) {
      var device = new SimDevice(this, i, KEYS.get(i), plan.names().get(i));
      device.deafness = plan.deafness();
      device.files.canExchange(plan.exchanges());
      devices.add(device);
    }
    oracle = new SimOracle(devices);
    devices.forEach(
        device -> users.add(new SimUser(device, oracle, world, plan.folds(), plan.locks())));
  }

  private static PrivateKey key(int number) {
    return PrivateKey.ofSeed(Blake3.of(new byte[] {(byte) number}).bytes());
  }

  /// Runs a plan to its end and checks all that was promised.
  ///
  /// @param story gets a line for all that happens, if given
  /// @return the hash of all that happened
  /// @throws SimFailure if a promise was broken
  static long run(SimPlan plan, @Nullable Appendable story) {
    var cluster = new SimCluster(plan, story);
    try {
      cluster.found((_, _) -> true);
      cluster.run();
    } catch (SimFailure e) {
      throw e;
    } catch (RuntimeException | AssertionError e) {
      var failure = new SimFailure("fault", String.valueOf(e));
      failure.initCause(e);
      throw failure;
    }
    return cluster.world.trace();
  }

  // ---- The beginning ---------------------------------------------------------------------------

  /// The first device shares an empty folder, the others are members.
  ///
  /// @param reaches whether two ever connect
  void found(BiPredicate<SimDevice, SimDevice> reaches) {
    Foundation foundation =
        FOUNDATIONS.computeIfAbsent(
            List.of(devices.size(), plan.reader()), _ -> Foundation.of(plan));
    for (SimDevice device : devices) {
      device.ledger.restore(foundation.ledgers.get(device.number));
      device.files.restore(foundation.files);
      device.disks().forEach(SimDisk::settle);
      device.boot();
    }
    for (SimDevice a : devices) {
      for (SimDevice b : devices) {
        if (a.number < b.number && reaches.test(a, b)) wire.keepConnected(a, b);
      }
    }
  }

  /// What the disks hold before the first start; the same for all clusters of a kind.
  private record Foundation(List<SimDisk.Image> ledgers, SimDisk.Image files) {
    static Foundation of(SimPlan plan) {
      try {
        return found(plan);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Foundation found(SimPlan plan) throws IOException {
      int devices = plan.devices();
      var world = new Scheduler(1);
      var first = new SimDisk(world);
      var ledgers = new ArrayList<SimDisk.Image>();
      var entries = new ArrayList<byte[]>();
      Blake3 folder;
      try (Ledger ledger =
          Ledger.create(
              first.engine(),
              KEYS.getFirst(),
              "work",
              "dev0",
              world,
              n -> Arrays.copyOf(Blake3.of(new byte[] {7}).bytes(), n))) {
        for (int i = 1; i < devices; i++) {
          PublicKey member = KEYS.get(i).publicKey();
          Role role = plan.isReader(i) ? Role.READ_ONLY : Role.READ_WRITE;
          ledger.append(List.of(new Payload.Grant(member, role, "dev" + i, Optional.empty())));
        }
        new LedgerWalk(ledger).forEachRemaining(entries::addAll);
        folder = ledger.folderId();
      }
      ledgers.add(first.image());
      for (PrivateKey other : KEYS.subList(1, devices)) {
        var disk = new SimDisk(world);
        Ledger.join(disk.engine(), other, folder, entries, world).close();
        ledgers.add(disk.image());
      }
      var files = new SimDisk(world);
      try (Workspace workspace = Workspace.open(files.engine(), world)) {
        workspace.writeMarker(folder.toString());
      }
      return new Foundation(ledgers, files.image());
    }
  }

  // ---- The middle ------------------------------------------------------------------------------

  private void run() {
    for (SimPlan.Event event : plan.events()) {
      world.after(event.at() - world.monotonicNanos(), forever, "plan", () -> happen(event));
    }
    long last = plan.events().isEmpty() ? 0 : plan.events().getLast().at();
    while (world.monotonicNanos() < last) {
      world.pass(SECOND);
      oracle.checkNothingInvented();
    }
    world.pass(10 * SECOND);
    makePeace();
    judge();
    checkWaitersAreTold();
    checkRestartChangesNothing();
    checkCalmWorkFlows();
  }

  private void happen(SimPlan.Event event) {
    log(event.toString());
    world.note(event.toString());
    SimDevice device = devices.get(event.device());
    var random = new SplittableRandom(event.seed());
    switch (event.kind()) {
      case USER -> {
        boolean works = device.files.isMounted() && !plan.isReader(event.device());
        if (works) users.get(event.device()).act(random);
      }
      case KILL -> {
        device.kill();
        comeBack(device, random);
      }
      case STOP -> {
        device.stop();
        comeBack(device, random);
      }
      case POWER -> cutPower(device, random);
      case CUT -> wire.cut(device, devices.get(event.other()));
      case MEND -> wire.mend();
      case DROP -> wire.drop(device, devices.get(event.other()));
      case SETTLE -> device.disks().forEach(SimDisk::settle);
      case FULL -> {
        device.troubles.full(true);
        aWhileLater(random, () -> device.troubles.full(false));
      }
      case SICK -> {
        device.troubles.failing(1 + random.nextInt(100));
        aWhileLater(random, () -> device.troubles.failing(0));
      }
      case UNMOUNT -> {
        device.files.unmount();
        device.watchEnds();
        aWhileLater(random, device.files::mount);
      }
      case RACE -> {
        if (plan.isReader(event.device())) return;
        SimUser user = users.get(event.device());
        device.troubles.racing(
            10 + random.nextInt(300),
            path -> user.race(path, new SplittableRandom(random.nextLong())));
        aWhileLater(random, () -> device.troubles.racing(0, _ -> {}));
      }
      case BACKUP -> device.backUp();
      case RESTORE -> {
        if (device.hasBackup()) {
          device.kill();
          device.restore();
          comeBack(device, random);
        }
      }
      case FORGET -> {
        device.kill();
        device.forget();
        comeBack(device, random);
      }
    }
  }

  private void aWhileLater(SplittableRandom random, Runnable task) {
    world.after(random.nextLong(20 * SECOND), forever, "end of it", task);
  }

  private void cutPower(SimDevice device, SplittableRandom random) {
    device.files.mount();
    oracle.powerCut(device);
    device.kill();
    users.get(device.number).powerCut();
    device.disks().forEach(disk -> disk.crash(random, oracle::seen));
    oracle.powerWasCut(device);
    oracle.checkNothingInvented();
    comeBack(device, random);
  }

  private void comeBack(SimDevice device, SplittableRandom random) {
    long away = random.nextLong(8 * SECOND);
    world.after(away, forever, "boot", () -> comeBack(device));
  }

  private void comeBack(SimDevice device) {
    if (device.isOn()) return;
    if (device.troubles.isAny() || !device.files.isMounted()) {
      world.after(SECOND, forever, "boot", () -> comeBack(device));
    } else {
      device.boot();
    }
  }

  // ---- The end ---------------------------------------------------------------------------------

  /// No more faults: everybody is on, reaches everybody and has time.
  private void makePeace() {
    wire.mend();
    for (SimDevice device : devices) {
      device.deafness = 0;
      device.files.mount();
      device.troubles.end();
      if (device.troubles.wereAny()) device.stop(); // its user reads why it stands, and helps
      if (!device.isOn()) device.boot();
    }
    users.forEach(SimUser::tidyUp);
    checkInSyncIsTrue();
    awaitPeace(untilAllIsScanned());
  }

  /// Nobody changes anything any more: once each device, one after the other, has called itself and
  /// all others in sync, they show the same that very moment.
  private void checkInSyncIsTrue() {
    if (!plan.late()) return; // seeds tell their story as they did when they found something
    world.pass(10 * SECOND); // programs end what they do
    while (!devices.stream().allMatch(SimCluster::isConnectedToAll)) world.pass(SECOND);
    var troubled = new HashSet<String>(); // of these they make no promise
    for (SimDevice device : devices) {
      if (!isToldOfSync(device, MILLI)) return; // it makes no promise
      run(device).loop.status().problems().forEach(problem -> troubled.add(problem.path()));
    }
    log("all call themselves in sync");
    oracle.checkConverged(
        exact(), path -> isGone(path) || forgets() && troubled.contains(path.toString()));
  }

  /// Nobody works on anything any more: what people locked they unlock; what was locked without
  /// anybody asking must go by itself.
  private static void unlockByHand(SimDevice device) {
    Locks locks = run(device).loop.locks();
    for (FileLock lock : locks.view().all()) {
      if (lock.mine() && locks.isByHand(RelPath.of(lock.path()))) {
        locks.unlock(RelPath.of(lock.path()));
        run(device).wake();
      }
    }
  }

  /// @param atLeast in nanoseconds
  private void awaitPeace(long atLeast) {
    long until = world.monotonicNanos() + PEACE_MAX;
    world.pass(5 * SECOND);
    long enough = world.monotonicNanos() + atLeast;
    while (world.monotonicNanos() < enough || !isPeaceful()) {
      if (world.monotonicNanos() > until) throw new SimFailure("restless", "no peace: " + states());
      devices.forEach(SimCluster::unlockByHand);
      world.pass(5 * SECOND);
    }
    checkNobodyIsBusy();
  }

  /// At peace all is in sync, and who waits for that is told so.
  private void checkWaitersAreTold() {
    for (SimDevice device : devices) {
      if (!isInSync(device)) continue;
      if (!isToldOfSync(device, SECOND)) {
        throw new SimFailure(
            "untold", device.name + " is in sync, and says so to nobody who waits");
      }
    }
  }

  /// Whether who begins to wait now for a device to be in sync hears of it.
  ///
  /// @param step in nanoseconds, after which to look again
  private boolean isToldOfSync(SimDevice device, long step) {
    var synced = new AtomicBoolean();
    run(device).put(new FolderEvent.Ask(loop -> loop.whenSynced(() -> synced.set(true))));
    long until = world.monotonicNanos() + SYNCED_MAX;
    while (!synced.get()) {
      if (world.monotonicNanos() > until) return false;
      world.pass(step);
    }
    return true;
  }

  /// At peace there is nothing to do: who goes on working for nothing burns a processor.
  private void checkNobodyIsBusy() {
    List<Long> before = devices.stream().map(device -> run(device).turns).toList();
    world.pass(5 * SECOND);
    for (SimDevice device : devices) {
      long turns = run(device).turns - before.get(device.number);
      if (turns > CALM_TURNS_MAX) {
        throw new SimFailure("spins", device.name + " took " + turns + " turns in 5 s of peace");
      }
    }
  }

  /// What watching has missed is found by the next full scan.
  private long untilAllIsScanned() {
    if (plan.deafness() > 0) return 1000 * SECOND;
    return plan.events().stream().anyMatch(event -> event.kind() == SimPlan.Kind.UNMOUNT)
        ? 40 * SECOND
        : 0;
  }

  private boolean forgets() {
    return plan.events().stream().anyMatch(event -> event.kind().makesForget());
  }

  /// Whether the version that all should show cannot be had any more, or none is known of what one
  /// shows.
  private boolean isGone(RelPath path) {
    return forgets()
        && (isNowhere(devices.getFirst(), path)
            || devices.stream().anyMatch(device -> orphans(device).contains(path)));
  }

  /// What a reader shows and no entry tells of any more: its home came back from a backup, and so
  /// did those of all others who had the entry by which it had received that. Nothing tells it from
  /// work of the reader's own, which is kept and not shared; here a reader's user does no work.
  private Set<RelPath> orphans(SimDevice device) {
    boolean wasRestored =
        plan.events().stream()
            .anyMatch(
                event -> event.kind() == SimPlan.Kind.RESTORE && event.device() == device.number);
    if (!plan.isReader(device.number) || !wasRestored) return Set.of();
    var orphans = new HashMap<RelPath, Observed>(run(device).loop.observed(RelPath.ROOT));
    run(device).entries.global().forEachLive((path, _) -> orphans.remove(path));
    orphans.entrySet().removeIf(shown -> isTold(device, shown.getKey(), shown.getValue().node()));
    return orphans.keySet();
  }

  /// Whether a path, or what it is a conflict copy of, ever was that, for all that a device knows.
  private static boolean isTold(SimDevice device, RelPath path, Node node) {
    return changes(device)
        .filter(change -> node.sameContent(change.node()))
        .map(Change::path)
        .anyMatch(
            of -> of.equals(path) || ConflictName.original(path).filter(of::equals).isPresent());
  }

  private static Stream<Change> changes(SimDevice device) {
    return run(device)
        .entries
        .entries()
        .filter(entry -> entry.payload() instanceof Payload.Changes)
        .flatMap(entry -> ((Payload.Changes) entry.payload()).changes().stream());
  }

  private boolean isPeaceful() {
    boolean forgetful = forgets();
    return devices.stream()
        .allMatch(device -> isInSync(device) || forgetful && isAtItsBest(device));
  }

  private static boolean isConnectedToAll(SimDevice device) {
    return run(device).loop.status().members().stream().allMatch(FolderStatus.Member::connected);
  }

  static boolean isInSync(SimDevice device) {
    FolderStatus status = run(device).loop.status();
    return status.state() == FolderState.IN_SYNC
        && status.locks() == 0
        && status.unpublishedFiles() == 0
        && status.problems().stream().allMatch(device::isForItsNames)
        && status.members().stream().allMatch(m -> m.connected() && m.inSync());
  }

  /// A device that forgot what it had shown does not take an absent file for a deleted one: it asks
  /// for it. If its user had deleted the only one there was, that remains its only trouble, save
  /// names that its disk takes for others. Such a name accounts for no file that is being fetched:
  /// it may be waiting for just that one to be given up. Of a reader there may be orphans, too.
  private boolean isAtItsBest(SimDevice device) {
    FolderStatus status = run(device).loop.status();
    List<FolderStatus.Problem> others =
        status.problems().stream().filter(problem -> !device.isForItsNames(problem)).toList();
    return status.unpublishedFiles() == orphans(device).size()
        && status.locks() == 0
        && !run(device).hasSeals()
        && run(device).loop.underWay() <= others.size()
        && others.stream().allMatch(problem -> isNowhere(device, RelPath.of(problem.path())))
        && status.members().stream().allMatch(FolderStatus.Member::connected);
  }

  private boolean isNowhere(SimDevice device, RelPath path) {
    Optional<Version> version = run(device).entries.global().get(path);
    return version.map(Version::node).orElse(Node.ABSENT) instanceof Node.File file
        && oracle.isNowhere(file.content());
  }

  String states() {
    var text = new StringBuilder();
    devices.forEach(
        d -> text.append("\n  ").append(d.name).append(": ").append(run(d).loop.status()));
    return text.toString();
  }

  private void judge() {
    oracle.checkNothingInvented();
    oracle.checkConverged(exact(), this::isGone);
    oracle.checkNothingLost(forgets());
    if (!forgets())
      oracle.checkOneCopyEach(plan.locks()); // who forgot whose it was may copy it, too
    if (plan.locks()) checkLocksAreGone();
    checkLedgersAgree();
  }

  /// A lock leaves nothing behind: no marker, no file that is read-only, and nobody ever published
  /// that one was.
  private void checkLocksAreGone() {
    for (SimDevice device : devices) {
      device.files.forEachFile(
          (path, _) -> {
            if (LockMarker.isLikely(path.name())) {
              throw new SimFailure("locks", device.name + " still has the marker " + path);
            }
          });
      device
          .tree()
          .forEach(
              (path, what) -> {
                if (SimUser.isReadOnly(device, path)) {
                  throw new SimFailure("locks", device.name + " leaves read-only: " + path + what);
                }
              });
    }
    changes(devices.getFirst())
        .forEach(
            change -> {
              if (change.node() instanceof Node.File file && (file.mode() & 0200) == 0) {
                throw new SimFailure("locks", "a lock's mode was published: " + change);
              }
            });
  }

  private void checkLedgersAgree() {
    Ledger first = run(devices.getFirst()).entries;
    for (SimDevice device : devices) {
      Ledger ledger = run(device).entries;
      if (!ledger.frontier().equals(first.frontier())) {
        throw new SimFailure("ledgers", "frontiers differ");
      }
      ledger.frontier().counters().keySet().stream()
          .filter(writer -> plan.isReader(device(new PeerId(writer.device())).number))
          .forEach(
              writer -> {
                throw new SimFailure(
                    "roles", "a reader's entry is in the ledger of " + device.name);
              });
      if (!ledger.forks().isEmpty()) throw new SimFailure("fork", device.name + " sees a fork");
      var shown = new TreeMap<RelPath, String>(device.tree());
      ledger.global().forEachLive((path, _) -> shown.remove(path));
      shown.keySet().removeAll(orphans(device));
      if (!shown.isEmpty()) {
        throw new SimFailure("ledgers", device.name + " shows what no ledger has: " + shown);
      }
    }
  }

  private void checkRestartChangesNothing() {
    List<Map<RelPath, String>> before = devices.stream().map(SimDevice::tree).toList();
    var frontier = run(devices.getFirst()).entries.frontier();
    for (SimDevice device : devices) {
      device.stop();
      device.boot();
    }
    awaitPeace(0);
    judge();
    if (!run(devices.getFirst()).entries.frontier().equals(frontier)) {
      throw new SimFailure("restart", "a restart made new entries");
    }
    for (SimDevice device : devices) {
      Map<RelPath, String> was = before.get(device.number);
      Map<RelPath, String> now = device.tree();
      if (!now.equals(was)) {
        throw new SimFailure("restart", "changed" + SimOracle.difference(was, now));
      }
    }
  }

  /// Once all is quiet, one person's work arrives everywhere exactly as it was done.
  private void checkCalmWorkFlows() {
    SimUser user = users.get(exact().number);
    var random = new SplittableRandom(plan.seed() ^ 0x5EED);
    for (int i = 0; i < 5; i++) {
      user.act(random);
      world.pass(5 * SECOND);
    }
    Map<RelPath, String> wanted = exact().tree();
    awaitPeace(0);
    judge();
    Map<RelPath, String> now = exact().tree();
    if (!now.equals(wanted)) {
      throw new SimFailure("calm", "undisturbed work changed" + SimOracle.difference(wanted, now));
    }
  }

  /// Whether messages may come twice.
  boolean repeats() {
    return plan.seed() >= SimPlan.RACY;
  }

  // ---- Helpers ---------------------------------------------------------------------------------

  boolean folds() {
    return plan.folds();
  }

  /// Whether news of the disk may be old when it comes.
  boolean isLate() {
    return plan.late();
  }

  boolean hasLocks() {
    return plan.locks();
  }

  /// What is locked without anybody asking.
  LockPolicy locking() {
    return plan.locks() ? LockPolicy.DEFAULT : LockPolicy.OFF;
  }

  /// A device whose disk holds every name.
  private SimDevice exact() {
    return devices.stream()
        .filter(device -> device.names == SimNames.EXACT)
        .findFirst()
        .orElseThrow();
  }

  static SimDevice.Run run(SimDevice device) {
    if (device.run == null) throw new IllegalStateException(device.name + " is off");
    return device.run;
  }

  SimDevice device(PeerId id) {
    return devices.stream().filter(device -> device.id.equals(id)).findFirst().orElseThrow();
  }

  void seen(SimDevice device, FolderEvent event) {
    if (story != null) log(device.name + " " + event);
  }

  void log(String line) {
    if (story == null) return;
    try {
      story.append("%10.4f  %s%n".formatted(world.monotonicNanos() / 1e9, line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  System.Logger logger(String name) {
    return new System.Logger() {
      @Override
      public String getName() {
        return name;
      }

      @Override
      public boolean isLoggable(Level level) {
        return story != null;
      }

      @Override
      public void log(
          Level level,
          @Nullable ResourceBundle bundle,
          String message,
          @Nullable Throwable thrown) {
        SimCluster.this.log(name + " says " + message + (thrown == null ? "" : " " + thrown));
      }

      @Override
      public void log(
          Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... values) {
        if (story != null) {
          SimCluster.this.log(name + " says " + java.text.MessageFormat.format(format, values));
        }
      }
    };
  }
}
