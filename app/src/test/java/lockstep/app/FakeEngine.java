package lockstep.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.Role;
import lockstep.p2p.Multiaddr;
import lockstep.sync.Applicant;
import lockstep.sync.BandwidthLimits;
import lockstep.sync.FileLock;
import lockstep.sync.FolderState;
import lockstep.sync.FolderStatus;
import lockstep.sync.HistoryLimits;
import lockstep.sync.InvitationStatus;
import lockstep.sync.InvitationTerms;
import lockstep.sync.LedgerRow;
import lockstep.sync.LockPolicy;
import lockstep.sync.Mending;
import lockstep.sync.MovePreview;
import lockstep.sync.Moved;
import lockstep.sync.NearbyInvitation;
import lockstep.sync.OpenConflict;
import lockstep.sync.PastVersion;
import lockstep.sync.PendingJoin;
import lockstep.sync.Restoration;
import lockstep.sync.Resumption;
import lockstep.sync.SyncEngine;
import lockstep.sync.SyncEvent;
import lockstep.sync.UserException;
import lockstep.sync.Verification;

/// An engine that behaves, in memory: folders are added, paused and left, an invitation it made
/// lets one join, every act is an event.
final class FakeEngine implements SyncEngine {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

  private final PeerId self;
  private final String deviceName;
  private final Map<String, FolderStatus> folders = new LinkedHashMap<>();
  private final Map<String, InvitationStatus> invitations = new LinkedHashMap<>();
  private final List<Consumer<SyncEvent>> listeners = new CopyOnWriteArrayList<>();
  private final List<OpenConflict> conflicts = new ArrayList<>();
  private final List<String> settled = new ArrayList<>();
  private BandwidthLimits limits = BandwidthLimits.NONE;
  private boolean closed;

  FakeEngine(PeerId self, String deviceName) {
    this.self = self;
    this.deviceName = deviceName;
  }

  boolean isClosed() {
    return closed;
  }

  BandwidthLimits limits() {
    return limits;
  }

  @Override
  public void limit(BandwidthLimits limits) {
    this.limits = limits;
  }

  private Optional<HistoryLimits> history = Optional.empty();
  private Function<String, LockPolicy> locking = _ -> LockPolicy.OFF;

  /// What was said last of the history, if anything was.
  Optional<HistoryLimits> history() {
    return history;
  }

  LockPolicy locking(String folder) {
    return locking.apply(folder);
  }

  @Override
  public void keepHistory(HistoryLimits limits) {
    history = Optional.of(limits);
  }

  @Override
  public void lockBy(Function<String, LockPolicy> policies) {
    locking = policies;
  }

  @Override
  public String deviceName() {
    return deviceName;
  }

  @Override
  public PeerId self() {
    return self;
  }

  @Override
  public synchronized List<FolderStatus> folders() {
    return List.copyOf(folders.values());
  }

  @Override
  public synchronized FolderStatus addFolder(Path path, String name)
      throws UserException, IOException {
    if (folders.containsKey(name)) {
      throw new UserException(
          "cannot share '" + path + "' as '" + name + "'", "the name is taken", "another --name");
    }
    Files.createDirectories(path);
    var self = new FolderStatus.Member(this.self, deviceName, Role.ADMIN, true, true, true, 0, 0);
    FolderStatus folder = folder(name, path, FolderState.IN_SYNC, List.of(self));
    folders.put(name, folder);
    tell("folder-in-sync", name, Optional.empty());
    return folder;
  }

  private static FolderStatus folder(
      String name, Path path, FolderState state, List<FolderStatus.Member> members) {
    Blake3 id = Blake3.of(name.getBytes(StandardCharsets.UTF_8));
    return new FolderStatus(
        name,
        id,
        path,
        state,
        Optional.empty(),
        3,
        1,
        4096,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        List.of(),
        members,
        Optional.empty());
  }

  @Override
  public synchronized void removeFolder(String name, boolean keepFiles) throws UserException {
    existing(name);
    folders.remove(name);
  }

  @Override
  public synchronized MovePreview previewMove(String name, Path to) throws UserException {
    Path from = existing(name).path();
    if (to.startsWith(from)) {
      throw new UserException(
          "cannot move '" + name + "' to '" + to + "'", "that lies inside it", "beside it");
    }
    return new MovePreview(from, to, MovePreview.Way.COPY, 3, 4096, 16384, 1 << 20);
  }

  /// Something of it stays behind.
  @Override
  public synchronized Moved moveFolder(String name, Path to) throws UserException {
    FolderStatus old = existing(name);
    folders.put(name, folder(name, to, old.state(), old.members()));
    return new Moved(folders.get(name), List.of("notes.txt"));
  }

  @Override
  public synchronized boolean cancelMove(String name) throws UserException {
    return existing(name).name().equals("moving");
  }

  @Override
  public synchronized void pauseFolder(String name) throws UserException {
    setState(name, FolderState.PAUSED);
  }

  @Override
  public synchronized void resumeFolder(String name, Resumption how) throws UserException {
    setState(name, FolderState.IN_SYNC);
    tell("resumed-" + how, name, Optional.empty());
  }

  private void setState(String name, FolderState state) throws UserException {
    FolderStatus old = existing(name);
    folders.put(name, folder(name, old.path(), state, old.members()));
  }

  private FolderStatus existing(String name) throws UserException {
    FolderStatus folder = folders.get(name);
    if (folder == null) {
      throw new UserException(
          "there is no folder '" + name + "'", "nothing of that name is shared", "folder list");
    }
    return folder;
  }

  private final java.util.TreeSet<String> excluded = new java.util.TreeSet<>();

  @Override
  public synchronized List<String> excluded(String folder) throws UserException {
    existing(folder);
    return List.copyOf(excluded);
  }

  @Override
  public synchronized List<String> exclude(String folder, List<String> paths) throws UserException {
    excluded.addAll(paths);
    return excluded(folder);
  }

  @Override
  public synchronized List<String> include(String folder, List<String> paths) throws UserException {
    paths.forEach(excluded::remove);
    return excluded(folder);
  }

  private final java.util.TreeSet<String> unshared = new java.util.TreeSet<>();

  /// A path was changed here that this device may not share.
  synchronized void changeHere(String path) {
    unshared.add(path);
  }

  @Override
  public synchronized List<String> unshared(String folder) throws UserException {
    existing(folder);
    return List.copyOf(unshared);
  }

  @Override
  public synchronized List<String> revert(String folder) throws UserException {
    List<String> reverted = unshared(folder);
    unshared.clear();
    return reverted;
  }

  @Override
  public synchronized String invite(String folder, InvitationTerms terms) throws UserException {
    existing(folder);
    Role role = terms.role();
    int uses = terms.uses();
    String code =
        "code-"
            + role
            + "-"
            + terms.validFor().toMinutes()
            + "-"
            + uses
            + (terms.needsApproval() ? "-approve" : "");
    String id = "%016x".formatted(invitations.size());
    var open = InvitationStatus.State.OPEN;
    invitations.put(
        code,
        new InvitationStatus(
            id, role, Instant.EPOCH, uses, 0, open, self, deviceName, terms.needsApproval()));
    return code;
  }

  @Override
  public synchronized List<InvitationStatus> invitations(String folder) throws UserException {
    existing(folder);
    return List.copyOf(invitations.values()).reversed();
  }

  @Override
  public synchronized void revokeInvitation(String folder, String id) throws UserException {
    existing(folder);
    if (!invitations.values().removeIf(made -> made.id().equals(id))) {
      throw new UserException("no invitation '" + id + "'", "none has that id", "invitations");
    }
  }

  @Override
  public void checkInvitation(String code) {}

  @Override
  public synchronized FolderStatus join(String code, Path path) throws UserException, IOException {
    if (invitations.remove(code) == null) {
      throw new UserException("cannot join", "the code is unknown", "ask for a new invitation");
    }
    return addFolder(path, "joined");
  }

  @Override
  public synchronized String inviteSpoken(String folder, Role role, boolean needsApproval)
      throws UserException {
    existing(folder);
    return "7-acorn-zebra" + (role == Role.READ_ONLY ? "-read-only" : "");
  }

  @Override
  public List<NearbyInvitation> nearbyInvitations() {
    return List.of(new NearbyInvitation(self, "lap\u001btop", 7));
  }

  private final List<Applicant> applicants = new ArrayList<>();

  /// Somebody asks to join.
  synchronized Applicant ask(String folder, PeerId peer, String name) {
    var asks =
        new Applicant(folder, peer, name, Role.READ_WRITE, "acorn-zebra-kiwi-igloo", Instant.EPOCH);
    applicants.add(asks);
    return asks;
  }

  @Override
  public synchronized List<Applicant> applicants() {
    return List.copyOf(applicants);
  }

  @Override
  public synchronized void approve(String folder, PeerId applicant) throws UserException {
    FolderStatus old = existing(folder);
    refuse(folder, applicant);
    var more = new ArrayList<>(old.members());
    more.add(new FolderStatus.Member(applicant, "new", Role.READ_WRITE, false, true, true, 0, 0));
    folders.put(folder, folder(folder, old.path(), old.state(), more));
  }

  @Override
  public synchronized void refuse(String folder, PeerId applicant) throws UserException {
    existing(folder);
    if (!applicants.removeIf(one -> one.peer().equals(applicant))) {
      throw new UserException(
          applicant + " does not wait to join '" + folder + "'", "it has not asked", "members");
    }
  }

  @Override
  public List<PendingJoin> pendingJoins() {
    return List.of();
  }

  @Override
  public boolean cancelJoin(Path path) {
    return false;
  }

  @Override
  public synchronized void removeMember(String folder, PeerId member) throws UserException {
    FolderStatus old = existing(folder);
    var rest = old.members().stream().filter(m -> !m.peer().equals(member)).toList();
    folders.put(folder, folder(folder, old.path(), old.state(), rest));
  }

  @Override
  public synchronized void changeRole(String folder, PeerId member, Role role)
      throws UserException {
    FolderStatus old = existing(folder);
    var changed = new ArrayList<FolderStatus.Member>();
    for (FolderStatus.Member m : old.members()) {
      boolean meant = m.peer().equals(member);
      changed.add(
          new FolderStatus.Member(
              m.peer(), m.name(), meant ? role : m.role(), m.self(), true, true, 0, 0));
    }
    folders.put(folder, folder(folder, old.path(), old.state(), changed));
  }

  @Override
  public void found(PeerId peer, List<Multiaddr> alleged) {}

  @Override
  public synchronized void heal(String folder, PeerId member) throws UserException {
    FolderStatus old = existing(folder);
    throw new UserException(
        "'" + member + "' is not in quarantine in '" + old.name() + "'", "why", "advice");
  }

  /// In sync unless a folder is paused.
  @Override
  public synchronized boolean awaitSynced(String folder, Duration timeout) {
    return folders.values().stream().allMatch(f -> f.state() == FolderState.IN_SYNC);
  }

  @Override
  public List<String> why(Path path) {
    return List.of("'" + path + "' is in sync", "every member has it");
  }

  @Override
  public Verification verify(String folder) {
    return new Verification(3, 4096, 2, List.of());
  }

  @Override
  public Mending repair(String folder) {
    var mended = new Verification.Problem("content", "a.txt", "its good bytes are back");
    var lost = new Verification.Problem("content", "b\u001b.txt", "nobody has it");
    return new Mending(List.of(mended), folder.equals("broken") ? List.of(lost) : List.of());
  }

  private final Map<Path, FileLock> locks = new LinkedHashMap<>();

  /// Somebody else locks a file.
  void lockElsewhere(Path path, PeerId owner) {
    locks.put(path, lock(path, owner, false, "lighting"));
  }

  private static FileLock lock(Path path, PeerId owner, boolean mine, String note) {
    return new FileLock(
        "work",
        path.getFileName() + "",
        owner,
        mine ? "studio" : "laptop",
        Instant.EPOCH,
        Optional.of(Instant.EPOCH.plusSeconds(60)),
        mine,
        note,
        mine ? FileLock.Strength.UNCONFIRMED : FileLock.Strength.FIRM,
        mine ? 1 : 2,
        2,
        mine ? List.of(new FileLock.Ask("laptop", "please")) : List.of());
  }

  @Override
  public List<FileLock> locks() {
    return List.copyOf(locks.values());
  }

  @Override
  public FileLock lock(Path path, String note) throws UserException {
    if (locks.containsKey(path)) {
      throw new UserException("cannot lock '" + path + "'", "laptop works on it", "--ask");
    }
    locks.put(path, lock(path, self, true, note));
    return locks.get(path);
  }

  @Override
  public void unlock(Path path, Optional<String> force) throws UserException {
    FileLock lock = locks.get(path);
    if (lock == null || !lock.mine() && force.isEmpty()) {
      throw new UserException("cannot unlock '" + path + "'", "it is not ours", "--force");
    }
    locks.remove(path);
    force.ifPresent(reasons::add);
  }

  /// Why locks were broken.
  final List<String> reasons = new ArrayList<>();

  @Override
  public FileLock askToRelease(Path path, String note) throws UserException {
    FileLock lock = locks.get(path);
    if (lock == null) throw new UserException("nobody has locked it", "it is free", "lock");
    return lock;
  }

  @Override
  public synchronized List<OpenConflict> conflicts() {
    return List.copyOf(conflicts);
  }

  /// Lets two versions of `notes.txt` come apart.
  synchronized void addConflict(String folder, String id) {
    conflicts.add(conflict(folder, id, OpenConflict.State.OPEN));
  }

  private OpenConflict conflict(String folder, String id, OpenConflict.State state) {
    var official =
        new OpenConflict.Side(self, deviceName, Instant.EPOCH, 5, Optional.of(Blake3.of(HELLO)));
    var other = new OpenConflict.Side(self, "laptop", Instant.EPOCH, 0, Optional.empty());
    return new OpenConflict(
        id, folder, "notes.txt", "notes (conflict laptop 2026-03-01).txt", official, other, state);
  }

  @Override
  public synchronized OpenConflict resolve(String id, OpenConflict.Keep keep) throws UserException {
    if (!conflicts.removeIf(conflict -> conflict.id().equals(id))) {
      throw new UserException(
          "there is no open conflict '" + id + "'", "no such id", "lockstep conflicts");
    }
    settled.add(id);
    return conflict("work", id, OpenConflict.State.RESOLVED);
  }

  @Override
  public synchronized OpenConflict undo(String id) throws UserException {
    if (!settled.remove(id)) {
      throw new UserException(
          "'" + id + "' was not settled here just now", "no such id", "lockstep history PATH");
    }
    addConflict("work", id);
    return conflicts.getLast();
  }

  @Override
  public List<PastVersion> history(Path path) {
    return List.of(
        new PastVersion(
            "v2",
            self,
            deviceName,
            Instant.EPOCH,
            0,
            Optional.empty(),
            "delete",
            Optional.empty(),
            false),
        new PastVersion(
            "v1",
            self,
            "laptop",
            Instant.EPOCH,
            5,
            Optional.of(Blake3.of(HELLO)),
            "move",
            Optional.of("old.txt"),
            true));
  }

  @Override
  public Restoration restore(Restoration.Request request) throws UserException {
    if (request.version().equals(Optional.of("v9"))) {
      throw new UserException(
          "'" + request.path() + "' has no version 'v9'", "nobody knows of it", "lockstep history");
    }
    List<String> missing = request.at().isPresent() ? List.of("d/lost.txt") : List.of();
    return new Restoration(List.of(request.to().orElse(request.path()).toString()), missing);
  }

  @Override
  public Restoration.Preview previewRestore(Restoration.Request request) {
    return new Restoration.Preview(
        List.of("d/gone.txt"), List.of("d/a.txt"), List.of("d/gone.txt"), 12);
  }

  @Override
  public Restoration.Undone undoRestore(Path path) {
    return new Restoration.Undone(List.of(path + "/gone.txt"), List.of(path + "/a.txt"));
  }

  @Override
  public synchronized List<LedgerRow> ledger(String folder, OptionalLong limit)
      throws UserException {
    Blake3 id = existing(folder).id();
    var row =
        new LedgerRow(
            id,
            self,
            deviceName,
            0,
            1,
            1,
            Instant.EPOCH,
            "genesis",
            List.of(folder),
            List.of(),
            Optional.empty());
    return Stream.of(row).limit(limit.orElse(10)).toList();
  }

  @Override
  public Verification verifyLedger(String folder) {
    return new Verification(
        0, 0, 1, List.of(new Verification.Problem("signature", "", "entry 1 is not signed")));
  }

  @Override
  public Stream<byte[]> exportLedger(String folder) {
    return Stream.of(new byte[] {1, 2}, new byte[] {3});
  }

  @Override
  public Subscription events(Consumer<SyncEvent> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  void tell(String type, String folder, Optional<String> path) {
    var event =
        new SyncEvent(
            Instant.EPOCH, type, Optional.of(folder), path, Optional.empty(), Map.of("by", "test"));
    listeners.forEach(listener -> listener.accept(event));
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
