package lockstep.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import lockstep.base.PeerId;
import lockstep.base.Role;
import lockstep.p2p.Multiaddr;

/// All shared folders of one device: the façade that the daemon's control API stands on.
/// Thread-safe; every call may block.
public interface SyncEngine extends AutoCloseable {
  /// This device's name and id; the addresses are the network's.
  String deviceName();

  PeerId self();

  /// Holds contents back from now on, also those on their way. A new engine does not.
  void limit(BandwidthLimits limits);

  /// Keeps so much of what was replaced or deleted from now on, in all folders.
  void keepHistory(HistoryLimits limits);

  /// Locks by these policies from now on, in all folders: what was locked by itself and would not
  /// be any more is released.
  ///
  /// @param locking what is locked without anybody asking, by the folder's name
  void lockBy(Function<String, LockPolicy> locking);

  /// In the order they were added.
  List<FolderStatus> folders();

  /// Shares a directory (created if missing) as a new folder whose creator this device is.
  ///
  /// @throws UserException if the name is taken, or the path lies in or around another shared
  ///   folder
  FolderStatus addFolder(Path path, String name) throws UserException, IOException;

  /// Stops sharing. The user's files stay in any case; Lockstep's own data in the folder goes, and
  /// with `keepFiles` false also this folder's ledger.
  void removeFolder(String name, boolean keepFiles) throws UserException, IOException;

  /// What [#moveFolder] would do. Refuses as that would.
  ///
  /// @param to absolute: the directory that is to be the folder
  MovePreview previewMove(String name, Path to) throws UserException, IOException;

  /// Moves a folder of this device to another place, where it is the same folder; other devices
  /// notice nothing. On another disk it is copied, and compared, before it is deleted in its old
  /// place. If its user has moved it already, it is taken up in that place.
  ///
  /// Returns when it is there. After a crash it is in the one place or in the other.
  ///
  /// @param to absolute: a directory that is empty, or does not exist in one that does
  /// @throws UserException also if it was cancelled
  Moved moveFolder(String name, Path to) throws UserException, IOException, InterruptedException;

  /// Gives up a move, as long as the folder is in its old place.
  ///
  /// @return whether there was one that could be given up
  boolean cancelMove(String name) throws UserException;

  void pauseFolder(String name) throws UserException, IOException;

  default void resumeFolder(String name) throws UserException, IOException {
    resumeFolder(name, Resumption.PLAIN);
  }

  /// Goes on with a folder that is paused, by its user or by itself.
  void resumeFolder(String name, Resumption how) throws UserException, IOException;

  /// What its user chose not to sync of a folder on this device: paths in the folder, in order.
  List<String> excluded(String folder) throws UserException, IOException;

  /// Stops syncing paths, with all below them, on this device; nothing is deleted, here or
  /// elsewhere. Counts on return, and outlasts a restart.
  ///
  /// @param paths absolute, or as seen from the folder's root; they need not exist
  /// @return what [#excluded] says then
  List<String> exclude(String folder, List<String> paths) throws UserException, IOException;

  /// Syncs paths again, with all below them: what is missing is fetched, what was changed meanwhile
  /// is an edit, what was deleted here meanwhile comes back.
  ///
  /// @return what [#excluded] says then
  List<String> include(String folder, List<String> paths) throws UserException, IOException;

  /// Makes an invitation and returns its code, one line without spaces.
  String invite(String folder, InvitationTerms terms) throws UserException, IOException;

  /// Makes an invitation for one device on this network, and returns a code for it that is short
  /// enough to be said: it holds for ten minutes and can be tried once.
  String inviteSpoken(String folder, Role role, boolean needsApproval)
      throws UserException, IOException;

  /// The short codes that can be used right now at devices on this network: asks them, which takes
  /// some seconds. Nothing while a short code is being used here.
  List<NearbyInvitation> nearbyInvitations() throws InterruptedException;

  /// The devices that wait here to be let into some folder, those that asked first first.
  List<Applicant> applicants();

  /// Lets a device in that waits; it is a member when this returns.
  void approve(String folder, PeerId applicant) throws UserException, IOException;

  /// Sends a device away that waits. Its invitation remains what it was.
  void refuse(String folder, PeerId applicant) throws UserException, IOException;

  /// The invitations of a folder, newest first; also those that admit nobody any more.
  List<InvitationStatus> invitations(String folder) throws UserException;

  /// Ends an invitation, whoever made it: nobody is admitted by it any more.
  ///
  /// @param id as [InvitationStatus#id] has it, or its beginning
  void revokeInvitation(String folder, String id) throws UserException, IOException;

  /// Finds what is wrong with a code, as far as this device can tell alone. Nothing is tried with
  /// it.
  ///
  /// @param code as for [#join]
  void checkInvitation(String code) throws UserException;

  /// Joins the folder of an invitation into `path` (created if missing; what is there is merged).
  ///
  /// @param code a whole invitation's, or a short one's, whose maker is looked for on this network
  ///
  ///   Returns when membership is granted, which may take as long as a person takes to say yes.
  FolderStatus join(String code, Path path) throws UserException, IOException;

  /// The joins of this device that wait for a person's yes.
  List<PendingJoin> pendingJoins();

  /// Gives up a join that waits.
  ///
  /// @param path as [PendingJoin#path] has it
  /// @return whether there was one
  boolean cancelJoin(Path path);

  /// Why a member is not connected, in words; empty if it is, or is not known to anybody here.
  default Optional<String> absence(PeerId member) {
    return Optional.empty();
  }

  /// Takes a hint of where a peer may be. Only members of shared folders are dialled, and whoever
  /// answers must prove to be that peer.
  ///
  /// @param alleged anybody may have said so
  void found(PeerId peer, List<Multiaddr> alleged);

  /// Revokes a member of a folder.
  void removeMember(String folder, PeerId member) throws UserException, IOException;

  void changeRole(String folder, PeerId member, Role role) throws UserException, IOException;

  /// Lets a member go on that told two histories: both stay, and what waited is taken.
  void heal(String folder, PeerId member) throws UserException, IOException;

  /// What was changed here in a folder that this device may not write to: it stays here, and nobody
  /// is told. Paths in the folder, in order; none where it may write.
  List<String> unshared(String folder) throws UserException, IOException;

  /// Takes back what is [#unshared]: what the others share is put there again, and what stood there
  /// goes to the history. Returns before that is done.
  ///
  /// @return what is taken back
  List<String> revert(String folder) throws UserException, IOException;

  /// Waits until every save closed before this call is published, every connected member has all of
  /// it, and this device has all it knows of.
  ///
  /// @param folder one folder's name, or empty for all
  /// @return false if that took longer than `timeout`, or if there are other members but none
  ///   connected
  boolean awaitSynced(String folder, Duration timeout) throws UserException, InterruptedException;

  /// Says in plain words what state a path (absolute) is in and why, and what would change it: a
  /// first line, then reasons.
  List<String> why(Path path) throws UserException, IOException;

  /// Re-reads files, ledger and stores, and checks every hash, signature and chain; changes
  /// nothing.
  ///
  /// @param folder one folder's name, or empty for all
  Verification verify(String folder) throws UserException, IOException;

  /// Mends what [#verify] finds, as far as good bytes can be had on this device or from members.
  ///
  /// @param folder one folder's name, or empty for all
  Mending repair(String folder) throws UserException, IOException;

  /// The conflict copies that stand, of all folders.
  List<OpenConflict> conflicts() throws IOException;

  /// Settles a conflict, here and so everywhere. What gives way goes to the history.
  ///
  /// @param id as [OpenConflict#id] has it, or its beginning
  OpenConflict resolve(String id, OpenConflict.Keep keep) throws UserException, IOException;

  /// Takes back what [#resolve] did since this device started: the conflict is open again,
  /// everywhere.
  ///
  /// @param id as [OpenConflict#id] had it, or its beginning
  /// @throws UserException also if somebody has worked on what was kept
  OpenConflict undo(String id) throws UserException, IOException;

  /// The locks that this device knows of, of all folders.
  List<FileLock> locks() throws IOException;

  /// Locks a file (absolute path), whose name may be free as yet, until [#unlock]. Returns once it
  /// is known what became of it, or after two seconds with what is known then.
  ///
  /// @param note a word to the others, up to 1024 bytes of UTF-8
  /// @throws UserException if somebody else has it, or this device may not write
  FileLock lock(Path path, String note) throws UserException, IOException;

  /// Releases this device's lock, once what was saved last is published.
  ///
  /// @param force why somebody else's lock is broken, if it is that
  /// @throws UserException if the file is not locked, or not by this device and not by force
  void unlock(Path path, Optional<String> force) throws UserException, IOException;

  /// Asks whoever has locked a file to let go of it; the event `lock-free` tells when it is free.
  FileLock askToRelease(Path path, String note) throws UserException, IOException;

  /// The versions that a path (absolute) has and had, newest first; also of what was deleted.
  List<PastVersion> history(Path path) throws UserException, IOException;

  /// Brings back an earlier version, or what was deleted. What stands in its place goes to the
  /// history; what is restored is published as an edit.
  Restoration restore(Restoration.Request request) throws UserException, IOException;

  /// What [#restore] would do just now.
  Restoration.Preview previewRestore(Restoration.Request request) throws UserException, IOException;

  /// Takes back the last restore in a folder, as long as the daemon runs. What was brought back to
  /// where nothing stood goes to the history; what was changed since then stays.
  ///
  /// @param path that was asked to be restored
  Restoration.Undone undoRestore(Path path) throws UserException, IOException;

  /// Newest first.
  List<LedgerRow> ledger(String folder, OptionalLong limit) throws UserException, IOException;

  /// Checks the chains and signatures of the ledger alone.
  Verification verifyLedger(String folder) throws UserException, IOException;

  /// The raw signed entries in dependency order, length-delimited, as they would travel.
  Stream<byte[]> exportLedger(String folder) throws UserException, IOException;

  /// Calls `listener` with every event from now on, on a thread of its own, until closed. A
  /// listener that lags behind some thousand events loses the oldest.
  Subscription events(Consumer<SyncEvent> listener);

  /// Stops all folders; returns when nothing is written any more.
  @Override
  void close() throws IOException;

  /// A running delivery of events.
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
