package lockstep.sync;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.VersionVector;
import lockstep.lease.Signer;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerConnection;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;
import lockstep.recovery.Directories;
import lockstep.recovery.Disks;
import lockstep.sync.transfer.Bandwidth;
import lockstep.sync.transfer.ChunkServer;
import lockstep.sync.transfer.TransferLimits;

/// The engine of one device: its shared folders, and its peers at their streams.
final class Device implements SyncEngine {
  private final EngineOptions options;
  private final System.Logger log = System.getLogger("lockstep.sync");
  private final EventHub events;
  private final Shares shares;
  private final Absentees absentees;
  private final Moves moves;
  private final AddressBook book;
  private final Bandwidth bandwidth;
  private final Nearby nearby = new Nearby();
  private final Kin kin;
  private final Dialer dialer;
  private final Conversations conversations;
  private final Folder.Surroundings around;
  private final Conflicts conflicts = new Conflicts();
  private final Restores restores = new Restores();
  private final JoinServer joinServer;
  private final SpokenServer spokenServer;
  private final PendingJoins pendingJoins = new PendingJoins();

  /// Held by whoever dials strangers: the one would hang up on whom the other talks to.
  private final Lock strangers = new ReentrantLock();

  private volatile HistoryLimits history;
  private volatile Function<String, LockPolicy> locking;
  private volatile boolean closed;

  private Device(EngineOptions options) throws IOException {
    this.options = options;
    this.events = new EventHub(options.time());
    this.shares = new Shares(new Registry(options.home().resolve("folders")));
    this.absentees = new Absentees(shares, this::comeBack, log);
    this.moves = new Moves(shares, options.home(), new TakingDown(), events, options.time(), log);
    this.book = new AddressBook(options.home().resolve("peers"));
    this.bandwidth = new Bandwidth(options.time());
    this.kin = new Kin(shares, options.network(), bandwidth);
    this.history = options.history();
    this.locking = options.locking();
    this.around =
        new Folder.Surroundings(
            self(),
            options.device(),
            options.network(),
            events,
            options.boot(),
            options.time(),
            log,
            Signer.of(options.identity()),
            name -> locking.apply(name),
            bandwidth,
            this::lookForMembers);
    this.joinServer =
        new JoinServer(
            shares, events, options.time(), options.entropy(), new Applicants(JoinServer.PATIENCE));
    this.spokenServer =
        new SpokenServer(self(), options.device(), options.time(), options.entropy(), events);
    this.conversations = new Conversations(options.network(), shares::running, log);
    this.dialer =
        new Dialer(
            options.network(),
            this::addresses,
            kin::members,
            this::converse,
            options.time(),
            options.entropy(),
            log);
  }

  static Device open(EngineOptions options) throws IOException {
    var device = new Device(options);
    boolean isSettled = true;
    for (Registry.Share noted : device.shares.read()) {
      Registry.Share share = device.moves.settled(noted);
      isSettled &= share.equals(noted);
      if (Absentees.isAbsent(share.root())) {
        device.log.log(WARNING, "the directory {0} is missing", share.root());
        device.shares.isAbsent(share);
      } else {
        device.put(share);
      }
    }
    if (!isSettled) device.shares.write();
    device.serve();
    device.absentees.start();
    device.moves.resume();
    return device;
  }

  private void serve() {
    PeerNetwork network = options.network();
    network.handle(SyncStream.PROTOCOL, conversations::serve);
    network.handle(JoinProtocol.PROTOCOL, this::serveJoin);
    network.handle(SpokenServer.PROTOCOL, spokenServer::serve);
    network.handle(
        ChunkServer.PROTOCOL,
        new ChunkServer(
                id -> shares.running(id).map(Folder::serving),
                options.time(),
                TransferLimits.DEFAULT,
                bandwidth)
            .handler());
    network.onConnection(
        new PeerNetwork.ConnectionListener() {
          @Override
          public void connected(PeerConnection connection) {
            onConnected(connection);
          }

          @Override
          public void identified(PeerConnection connection) {
            onIdentified(connection.peer());
          }

          @Override
          public void improved(PeerConnection connection) {
            onImproved(connection);
          }

          @Override
          public void disconnected(PeerId peer) {
            onDisconnected(peer);
          }
        });
    network.relayAmong(kin);
    network.welcome();
    dialer.start();
  }

  private void put(Registry.Share share) throws IOException {
    Ledger ledger =
        Ledger.open(Disks.open(ledgerHome(share.id())), options.identity(), options.time());
    try {
      put(share, ledger);
    } catch (IOException e) {
      ledger.close();
      throw e;
    }
  }

  /// Who has just become a member may be reached through another, and others through this device.
  private void lookForMembers() {
    options.network().circleChanged();
    dialer.wake();
  }

  private void comeBack(Registry.Share share) throws IOException {
    put(share);
    options.network().peers().forEach(info -> converse(info.peer()));
    dialer.wake();
  }

  /// A folder on its way from one place to another.
  private final class TakingDown implements Moves.Taking {
    @Override
    public void down(Folder folder) throws IOException {
      joinServer.dismiss(
          folder.ledger().folderId(), "the folder is being moved there; try again in a moment");
      conflicts.forget(folder);
      folder.close();
    }

    @Override
    public void up(Registry.Share share) throws IOException {
      try {
        if (!Absentees.isAbsent(share.root())) {
          comeBack(share);
          return;
        }
      } catch (IOException e) {
        wait(share);
        throw e;
      }
      wait(share);
    }

    private void wait(Registry.Share share) {
      shares.isAbsent(share);
      absentees.start();
    }
  }

  private void put(Registry.Share share, Ledger ledger) throws IOException {
    Blake3 id = share.id();
    var places =
        new Folder.Places(
            share.root(),
            options.home().resolve("journal").resolve(id.toString()),
            options.home().resolve("index").resolve(id.toString()),
            options.home().resolve("running").resolve(id.toString()),
            options.home().resolve("locks").resolve(id.toString()));
    var folder = new Folder(share.name(), places, ledger, around, share.paused());
    shares.runs(folder, share);
    folder.start();
    folder.accept(new FolderEvent.Ask(loop -> loop.history().limit(history)));
  }

  private Path ledgerHome(Blake3 folder) {
    return options.home().resolve("ledger").resolve(folder.toString());
  }

  // ---- Peers -----------------------------------------------------------------------------------

  @Override
  public void limit(BandwidthLimits limits) {
    bandwidth.limit(limits.upload(), limits.download(), limits.local());
  }

  @Override
  public void keepHistory(HistoryLimits limits) {
    history = limits;
    for (Folder folder : shares.running()) {
      folder.accept(new FolderEvent.Ask(loop -> loop.history().limit(limits)));
    }
  }

  @Override
  public void lockBy(Function<String, LockPolicy> policies) {
    locking = policies;
    for (Folder folder : shares.running()) {
      LockPolicy policy = policies.apply(folder.name());
      folder.accept(new FolderEvent.Ask(loop -> loop.locks().follow(policy)));
    }
  }

  @Override
  public void found(PeerId peer, List<Multiaddr> alleged) {
    nearby.remember(peer, alleged);
    if (kin.members().contains(peer)) {
      dialer.hint(peer);
    }
  }

  @Override
  public Optional<String> absence(PeerId member) {
    boolean connected =
        options.network().peers().stream().anyMatch(info -> info.peer().equals(member));
    if (connected || !kin.members().contains(member)) {
      return Optional.empty();
    }
    List<Multiaddr> known = addresses(member);
    if (!known.isEmpty() && !dialer.hasFailed(member)) {
      return Optional.of("it is being looked for");
    }
    String itself =
        known.stream().allMatch(Multiaddr::isRelayed)
            ? "no address of it is known"
            : "none of its addresses answers";
    return Optional.of(
        itself
            + (kin.roads(member).isEmpty()
                ? ", and no other member is connected that could pass data on"
                : ", and no connected member reaches it: it may be switched off"));
  }

  /// Where a peer may be, the local network first, then through others.
  private List<Multiaddr> addresses(PeerId peer) {
    return Stream.of(nearby.of(peer), book.of(peer), kin.roads(peer))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  private void onConnected(PeerConnection connection) {
    dialer.connected(connection.peer());
    tellOf(connection);
    converse(connection.peer());
  }

  private void onIdentified(PeerId peer) {
    rememberAddresses(peer);
    // Who is missing may be reached through it.
    kin.members().stream().filter(member -> kin.belongTogether(member, peer)).forEach(dialer::hint);
    dialer.wake();
  }

  private void tellOf(PeerConnection connection) {
    events.tell(
        "peer-connected",
        Optional.empty(),
        Optional.empty(),
        Optional.of(connection.peer()),
        Map.of("address", connection.address().toString()));
  }

  private void onImproved(PeerConnection connection) {
    PeerId peer = connection.peer();
    tellOf(connection);
    rememberAddresses(peer);
    sharedWith(peer).forEach(folder -> conversations.renew(folder.ledger().folderId(), peer));
  }

  private void converse(PeerId peer) {
    sharedWith(peer).forEach(folder -> conversations.keep(folder.ledger().folderId(), peer));
  }

  private void onDisconnected(PeerId peer) {
    events.tell(
        "peer-disconnected", Optional.empty(), Optional.empty(), Optional.of(peer), Map.of());
    dialer.disconnected(peer);
  }

  private void rememberAddresses(PeerId peer) {
    if (!kin.members().contains(peer)) {
      return;
    }
    try {
      for (var info : options.network().peers()) {
        if (info.peer().equals(peer)) {
          book.remember(peer, info.addresses());
        }
      }
    } catch (IOException e) {
      log.log(WARNING, "the address book cannot be written: {0}", e.getMessage());
    }
  }

  private List<Folder> sharedWith(PeerId peer) {
    return shares.running().stream()
        .filter(folder -> folder.ledger().members().role(peer.key()).isPresent())
        .toList();
  }

  // ---- Joining ---------------------------------------------------------------------------------

  @Override
  public String invite(String name, InvitationTerms terms) throws UserException, IOException {
    return newInvitation(shares.named(name), terms).text();
  }

  @Override
  public String inviteSpoken(String name, Role role, boolean needsApproval)
      throws UserException, IOException {
    Folder folder = shares.named(name);
    InvitationCode made =
        newInvitation(folder, new InvitationTerms(role, SpokenServer.VALIDITY, 1, needsApproval));
    var withdrawal = new Payload.Withdraw(made.secret().key().publicKey());
    Blake3 id = folder.ledger().folderId();
    return spokenServer.hold(name, made.text(), () -> withdraw(id, withdrawal)).text();
  }

  private void withdraw(Blake3 id, Payload.Withdraw withdrawal) throws IOException {
    Optional<Folder> folder = shares.running(id);
    if (folder.isPresent()) append(folder.get(), withdrawal);
  }

  private InvitationCode newInvitation(Folder folder, InvitationTerms terms)
      throws UserException, IOException {
    requireAdmin(folder, "invite to");
    var secret = new InvitationCode.Secret(options.entropy().bytes(InvitationCode.SECRET_LENGTH));
    var expires = options.time().wallTime().plus(terms.validFor());
    append(
        folder,
        new Payload.Invite(
            secret.key().publicKey(), terms.role(), expires, terms.uses(), terms.needsApproval()));
    return new InvitationCode(
        folder.ledger().folderId(),
        self(),
        secret,
        terms.role(),
        expires,
        // Relays pass on members only, and whom this invites is none yet.
        options.network().addresses().stream().filter(a -> !a.isRelayed()).toList());
  }

  @Override
  public List<InvitationStatus> invitations(String name) throws UserException {
    return InvitationStatus.of(shares.named(name).ledger(), options.time().wallTime());
  }

  @Override
  public void revokeInvitation(String name, String id) throws UserException, IOException {
    Folder folder = shares.named(name);
    requireAdmin(folder, "revoke invitations to");
    append(folder, new Payload.Withdraw(InvitationStatus.keyOf(folder.ledger(), name, id)));
  }

  private void serveJoin(PeerStream stream) throws IOException, InterruptedException {
    if (joinServer.serve(stream)) {
      rememberAddresses(stream.peer());
    }
  }

  @Override
  public List<Applicant> applicants() {
    return joinServer.applicants();
  }

  @Override
  public void approve(String name, PeerId applicant) throws UserException, IOException {
    Folder folder = shares.named(name);
    requireAdmin(folder, "let anybody into");
    joinServer.approve(folder, applicant);
  }

  @Override
  public void refuse(String name, PeerId applicant) throws UserException {
    Folder folder = shares.named(name);
    requireAdmin(folder, "refuse anybody who wants to join");
    joinServer.refuse(folder, applicant, options.device());
  }

  @Override
  public List<PendingJoin> pendingJoins() {
    return pendingJoins.all();
  }

  @Override
  public boolean cancelJoin(Path path) {
    return pendingJoins.cancel(path);
  }

  @Override
  public FolderStatus join(String code, Path path) throws UserException, IOException {
    InvitationCode invitation =
        SpokenCode.isLikely(code) ? search(SpokenCode.parse(code)) : InvitationCode.parse(code);
    refuseOwn(invitation);
    boolean made = !Directories.exists(path);
    Path root = usableRoot(path);
    Ledger ledger;
    try {
      ledger =
          new Joining(options, ledgerHome(invitation.folder()), path, events, pendingJoins)
              .join(invitation, nearby.of(invitation.inviter()));
    } catch (UserException | IOException refused) {
      if (made) {
        Directories.deleteIfEmpty(root);
      }
      throw refused;
    }
    return joined(invitation, path, ledger);
  }

  @Override
  public void checkInvitation(String code) throws UserException {
    if (SpokenCode.isLikely(code)) SpokenCode.parse(code);
    else refuseOwn(InvitationCode.parse(code));
  }

  private void refuseOwn(InvitationCode invitation) throws UserException {
    for (Registry.Share share : shares.all()) {
      if (share.id().equals(invitation.folder())) {
        throw new UserException(
            "this device shares that folder already",
            "the invitation is for '" + share.name() + "'",
            "lockstep folder list");
      }
    }
  }

  private InvitationCode search(SpokenCode code) throws UserException, IOException {
    strangers.lock();
    try {
      return new SpokenSearch(options, nearby, code).fetch();
    } finally {
      strangers.unlock();
    }
  }

  @Override
  public List<NearbyInvitation> nearbyInvitations() throws InterruptedException {
    if (!strangers.tryLock()) {
      return List.of();
    }
    try {
      return new NearbySearch(options, nearby).run();
    } finally {
      strangers.unlock();
    }
  }

  private FolderStatus joined(InvitationCode invitation, Path path, Ledger ledger)
      throws UserException, IOException {
    book.remember(invitation.inviter(), invitation.addresses());
    Folder folder;
    try {
      Path root = usableRoot(path); // once more: a person may have taken his time
      folder = share(shares.freeName(ledger.folderName()), root, ledger);
    } catch (UserException taken) {
      ledger.close();
      throw taken;
    }
    conversations.keep(invitation.folder(), invitation.inviter());
    dialer.wake();
    return folder.ask(FolderLoop::status);
  }

  // ---- Folders ---------------------------------------------------------------------------------

  @Override
  public FolderStatus addFolder(Path path, String name) throws UserException, IOException {
    if (name.isBlank()
        || name.length() > 100
        || name.codePoints().anyMatch(Character::isISOControl)) {
      throw new UserException(
          "cannot name a folder '" + name + "'",
          "a name has 1 to 100 characters and no control characters",
          "lockstep folder add PATH --name NAME");
    }
    if (shares.find(name).isPresent()) {
      throw new UserException(
          "cannot share '" + path + "' as '" + name + "'",
          "another shared folder has that name",
          "lockstep folder add '" + path + "' --name '" + shares.freeName(name) + "'");
    }
    Path root = usableRoot(path);
    Path fresh = options.home().resolve("ledger").resolve("new-" + options.time().monotonicNanos());
    Ledger created =
        Ledger.create(
            Disks.open(Directories.create(fresh)),
            options.identity(),
            name,
            options.device(),
            options.time(),
            options.entropy());
    Blake3 id = created.folderId();
    created.close();
    Directories.rename(fresh, ledgerHome(id));
    Ledger ledger = Ledger.open(Disks.open(ledgerHome(id)), options.identity(), options.time());
    return share(name, root, ledger).ask(FolderLoop::status);
  }

  private Folder share(String name, Path root, Ledger ledger) throws IOException {
    Folder.mark(root, ledger.folderId());
    put(new Registry.Share(ledger.folderId(), name, root, false), ledger);
    shares.write();
    return shares.running(ledger.folderId()).orElseThrow();
  }

  /// The real path of a directory that can be shared; made if it is missing.
  private Path usableRoot(Path path) throws UserException, IOException {
    String what = "cannot share '" + path + "'";
    Path root;
    try {
      root = Directories.create(path);
    } catch (java.nio.file.FileAlreadyExistsException | java.nio.file.NotDirectoryException e) {
      throw new UserException(what, "it is not a directory", "name a directory");
    }
    for (Registry.Share other : shares.all()) {
      for (Path place : other.places()) {
        requireApart(what, root, other.name(), place);
      }
    }
    Path home = Directories.create(options.home());
    if (Shares.overlap(root, home).isPresent()) {
      throw new UserException(
          what,
          "Lockstep's own state in " + home + " lies inside it, or it inside that",
          "choose another directory, or another home with --home");
    }
    if (Folder.marked(root)) {
      throw new UserException(
          what,
          "it belongs to a shared folder already (it has a marker .lockstep/folder)",
          "remove " + root.resolve(RelPath.RESERVED) + " if that folder is no longer shared");
    }
    return root;
  }

  private static void requireApart(String what, Path root, String other, Path place)
      throws UserException {
    Optional<String> lies = Shares.overlap(root, place);
    if (lies.isPresent()) {
      throw new UserException(
          what + ": it lies " + lies.get() + " the folder '" + other + "' that is already shared",
          "two shared folders may not contain one another, or a change would be sent twice",
          "lockstep folder remove " + other + " --keep-files");
    }
  }

  @Override
  public MovePreview previewMove(String name, Path to) throws UserException, IOException {
    return moves.preview(name, to);
  }

  @Override
  public Moved moveFolder(String name, Path to)
      throws UserException, IOException, InterruptedException {
    return moves.move(name, to);
  }

  @Override
  public boolean cancelMove(String name) throws UserException {
    return moves.cancel(name);
  }

  @Override
  public void removeFolder(String name, boolean keepFiles) throws UserException, IOException {
    moves.requireStanding(name);
    Optional<Registry.Share> absent = absentees.giveUp(name);
    if (absent.isPresent()) {
      shares.write();
      forget(absent.get().id(), keepFiles);
      return;
    }
    Folder folder = shares.named(name);
    Blake3 id = folder.ledger().folderId();
    shares.remove(id);
    joinServer.dismiss(id, "this device does not share that folder any more");
    folder.close();
    shares.write();
    Directories.deleteTree(folder.root().resolve(RelPath.RESERVED));
    forget(id, keepFiles);
  }

  /// Deletes what this device knows of a folder.
  private void forget(Blake3 id, boolean keepLedger) throws IOException {
    Directories.deleteTree(options.home().resolve("journal").resolve(id.toString()));
    Directories.deleteTree(options.home().resolve("index").resolve(id.toString()));
    Directories.deleteTree(options.home().resolve("running").resolve(id.toString()));
    Directories.deleteTree(options.home().resolve("locks").resolve(id.toString()));
    if (!keepLedger) {
      Directories.deleteTree(ledgerHome(id));
    }
  }

  @Override
  public void pauseFolder(String name) throws UserException, IOException {
    Folder folder = shares.named(name);
    shares.pause(folder, true);
    folder.accept(new FolderEvent.Ask(FolderLoop::pause));
  }

  @Override
  public void resumeFolder(String name, Resumption how) throws UserException, IOException {
    Folder folder = shares.named(name);
    shares.pause(folder, false);
    folder.accept(new FolderEvent.Ask(loop -> loop.resume(how)));
  }

  @Override
  public List<String> excluded(String name) throws UserException, IOException {
    return shares.named(name).excluding().list();
  }

  @Override
  public List<String> exclude(String name, List<String> paths) throws UserException, IOException {
    return shares.named(name).excluding().exclude(paths);
  }

  @Override
  public List<String> include(String name, List<String> paths) throws UserException, IOException {
    return shares.named(name).excluding().include(paths);
  }

  @Override
  public List<String> unshared(String name) throws UserException, IOException {
    return texts(shares.named(name).ask(FolderLoop::unshared));
  }

  @Override
  public List<String> revert(String name) throws UserException, IOException {
    return texts(shares.named(name).ask(FolderLoop::revert));
  }

  private static List<String> texts(List<RelPath> paths) {
    return paths.stream().map(RelPath::toString).toList();
  }

  // ---- Members ---------------------------------------------------------------------------------

  @Override
  public void removeMember(String name, PeerId member) throws UserException, IOException {
    Folder folder = shares.named(name);
    requireAdmin(folder, "remove members of");
    requireMember(folder, member);
    append(folder, new Payload.Revoke(member.key(), acceptedSoFar(folder, member)));
    folder.accept(new FolderEvent.Ask(loop -> loop.members().dropStrangers()));
  }

  @Override
  public void changeRole(String name, PeerId member, Role role) throws UserException, IOException {
    Folder folder = shares.named(name);
    requireAdmin(folder, "change roles in");
    String known = requireMember(folder, member);
    append(folder, new Payload.Grant(member.key(), role, known, Optional.empty()));
  }

  @Override
  public void heal(String name, PeerId member) throws UserException, IOException {
    Folder folder = shares.named(name);
    requireAdmin(folder, "end a quarantine in");
    requireMember(folder, member);
    Healing.check(folder, member);
    append(folder, new Payload.Heal(member.key()));
  }

  /// The member's entries that are known here stay valid.
  private static VersionVector acceptedSoFar(Folder folder, PeerId member) {
    var accepted = new java.util.HashMap<>(folder.ledger().frontier().counters());
    accepted.keySet().removeIf(writer -> !writer.device().equals(member.key()));
    return VersionVector.of(accepted);
  }

  private String requireMember(Folder folder, PeerId member) throws UserException {
    var known = folder.ledger().members().current().get(member.key());
    if (known == null) {
      throw new UserException(
          member + " is no member of '" + folder.name() + "'",
          "its key has no grant in the ledger, or was removed",
          "lockstep members " + folder.name());
    }
    return known.name();
  }

  private void requireAdmin(Folder folder, String what) throws UserException {
    Optional<Role> role = folder.ledger().members().role(self().key());
    if (role.isEmpty() || !role.get().mayAdmit()) {
      throw new UserException(
          "this device may not " + what + " '" + folder.name() + "'",
          "only an admin may; this device is " + role.map(Role::toString).orElse("no member"),
          "ask an admin of the folder");
    }
  }

  /// Writes an entry of this device's and has everybody told.
  private void append(Folder folder, Payload payload) throws IOException {
    var changed = folder.ledger().append(List.of(payload)).changed();
    folder.accept(new FolderEvent.Ask(loop -> loop.ledgerChanged(changed)));
  }

  // ---- Questions -------------------------------------------------------------------------------

  @Override
  public String deviceName() {
    return options.device();
  }

  @Override
  public PeerId self() {
    return options.network().self();
  }

  @Override
  public List<FolderStatus> folders() {
    return shares.status().stream().map(moves::with).toList();
  }

  @Override
  public boolean awaitSynced(String name, Duration timeout)
      throws UserException, InterruptedException {
    List<Folder> waited = shares.selected(name);
    int absent = name.isEmpty() ? shares.idle() : 0; // one that is away is not in sync
    var done = new CountDownLatch(waited.size() + absent);
    for (Folder folder : waited) {
      folder.accept(new FolderEvent.Ask(loop -> loop.whenSynced(done::countDown)));
    }
    return done.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public List<String> why(Path path) throws UserException, IOException {
    Folder folder = shares.holding(path);
    RelPath relative = relative(folder, path);
    return folder.ask(loop -> loop.why(relative));
  }

  private static RelPath relative(Folder folder, Path path) {
    return RelPath.of(folder.root().relativize(path.toAbsolutePath().normalize()).toString());
  }

  @Override
  public Verification verify(String name) throws UserException, IOException {
    var audit = new Audit();
    for (Folder folder : shares.selected(name)) {
      audit.content(folder);
      audit.history(folder);
      audit.ledger(folder);
    }
    if (name.isEmpty()) {
      shares.absent().forEach(audit::absent);
    }
    return audit.result();
  }

  @Override
  public Mending repair(String name) throws UserException, IOException {
    var repair = new Repair(options.time());
    for (Folder folder : shares.selected(name)) {
      repair
          .run(folder)
          .forEach(path -> told("recovery-action", folder.name(), path, "replaced damaged bytes"));
    }
    return repair.result();
  }

  @Override
  public List<OpenConflict> conflicts() throws IOException {
    return conflicts.list(shares.running());
  }

  @Override
  public OpenConflict resolve(String id, OpenConflict.Keep keep) throws UserException, IOException {
    OpenConflict settled = conflicts.resolve(shares.running(), id, keep);
    told("conflict-resolved", settled.folder(), settled.path(), "kept " + keep);
    return settled;
  }

  @Override
  public OpenConflict undo(String id) throws UserException, IOException {
    OpenConflict open = conflicts.undo(id);
    events.tell(
        "conflict-created",
        Optional.of(open.folder()),
        Optional.of(open.path()),
        Optional.empty(),
        Map.of("copy", open.copyPath()));
    return open;
  }

  @Override
  public List<PastVersion> history(Path path) throws UserException, IOException {
    Folder folder = shares.holding(path);
    return Timeline.of(folder, relative(folder, path)).versions();
  }

  @Override
  public Restoration restore(Restoration.Request request) throws UserException, IOException {
    Folder folder = shares.holding(request.path());
    Restoration done = restores.restore(folder, relative(folder, request.path()), request);
    done.restored().forEach(path -> told("recovery-action", folder.name(), path, "restored"));
    return done;
  }

  @Override
  public Restoration.Preview previewRestore(Restoration.Request request)
      throws UserException, IOException {
    Folder folder = shares.holding(request.path());
    return new Restoring(folder, relative(folder, request.path()), request).preview();
  }

  @Override
  public Restoration.Undone undoRestore(Path path) throws UserException, IOException {
    Folder folder = shares.holding(path);
    Restoration.Undone done = restores.undo(folder, relative(folder, path));
    done.undone().forEach(each -> told("recovery-action", folder.name(), each, "taken back"));
    return done;
  }

  @Override
  public List<FileLock> locks() throws IOException {
    var locks = new ArrayList<FileLock>();
    for (Folder folder : shares.running()) {
      locks.addAll(folder.ask(loop -> loop.locks().view().all()));
    }
    return locks;
  }

  @Override
  public FileLock lock(Path path, String note) throws UserException, IOException {
    Folder folder = shares.holding(path);
    return new Locking(folder, lockable(folder, path)).lock(note);
  }

  @Override
  public void unlock(Path path, Optional<String> force) throws UserException, IOException {
    Folder folder = shares.holding(path);
    new Locking(folder, lockable(folder, path)).unlock(force);
  }

  @Override
  public FileLock askToRelease(Path path, String note) throws UserException, IOException {
    Folder folder = shares.holding(path);
    return new Locking(folder, lockable(folder, path)).ask(note);
  }

  private static RelPath lockable(Folder folder, Path path) throws UserException {
    RelPath relative = relative(folder, path);
    if (relative.isRoot() || relative.isReserved()) {
      throw new UserException(
          "cannot lock '" + path + "'",
          "it is the shared folder itself, or Lockstep's own",
          "name a file in it");
    }
    return relative;
  }

  private void told(String type, String folder, String path, String action) {
    events.tell(
        type, Optional.of(folder), Optional.of(path), Optional.empty(), Map.of("action", action));
  }

  @Override
  public Verification verifyLedger(String name) throws UserException, IOException {
    var audit = new Audit();
    audit.ledger(shares.named(name));
    return audit.result();
  }

  @Override
  public List<LedgerRow> ledger(String name, OptionalLong limit) throws UserException, IOException {
    return LedgerRows.of(shares.named(name).ledger(), limit);
  }

  @Override
  public Stream<byte[]> exportLedger(String name) throws UserException, IOException {
    var walk = new LedgerWalk(shares.named(name).ledger());
    return Stream.iterate(walk, LedgerWalk::hasNext, same -> same)
        .flatMap(same -> same.next().stream());
  }

  @Override
  public Subscription events(Consumer<SyncEvent> listener) {
    return events.subscribe(listener);
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    moves.close();
    absentees.close();
    dialer.close();
    conversations.close();
    for (Folder folder : shares.running()) {
      folder.close();
    }
  }
}
