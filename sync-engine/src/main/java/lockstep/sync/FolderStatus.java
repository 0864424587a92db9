package lockstep.sync;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.Role;

/// What `status` shows of one folder. Counts are those of the global tree; sizes in bytes.
///
/// @param error why the state is ERROR or PAUSED
/// @param pendingFiles files this device still has to fetch or delete
/// @param pendingBytes what of these is neither installed nor verified in staging
/// @param leftOutFiles files that this device does not sync, because rules here say so
/// @param unpublishedFiles local changes not in the ledger yet
/// @param bytesPerSecond current rate of arriving file content
/// @param problems single paths that cannot be synced, with the reason
/// @param move how far it is on its way to another place, if it is on one
public record FolderStatus(
    String name,
    Blake3 id,
    Path path,
    FolderState state,
    Optional<String> error,
    long files,
    long directories,
    long bytes,
    long pendingFiles,
    long pendingBytes,
    long leftOutFiles,
    long leftOutBytes,
    long unpublishedFiles,
    long conflicts,
    long locks,
    long bytesPerSecond,
    List<Problem> problems,
    List<Member> members,
    Optional<MoveProgress> move) {

  public FolderStatus {
    problems = List.copyOf(problems);
    members = List.copyOf(members);
  }

  /// Of a folder that does not run.
  static FolderStatus stopped(String name, Blake3 id, Path path, String why) {
    return idle(name, id, path, FolderState.ERROR, Optional.of(why));
  }

  /// Of a folder that does not run just now, of which nothing is known.
  static FolderStatus idle(
      String name, Blake3 id, Path path, FolderState state, Optional<String> why) {
    return new FolderStatus(
        name,
        id,
        path,
        state,
        why,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        Optional.empty());
  }

  /// The same on its way to another place.
  FolderStatus with(MoveProgress progress) {
    return new FolderStatus(
        name,
        id,
        path,
        state,
        error,
        files,
        directories,
        bytes,
        pendingFiles,
        pendingBytes,
        leftOutFiles,
        leftOutBytes,
        unpublishedFiles,
        conflicts,
        locks,
        bytesPerSecond,
        problems,
        members,
        Optional.of(progress));
  }

  /// A path that cannot be synced.
  public record Problem(String path, String reason) {}

  /// A member as this device sees it.
  ///
  /// @param inSync whether it has durably applied all that this device knows of
  /// @param missingFiles how many files it said it lacks
  /// @param leftOutFiles how many it said that it does not sync
  /// @param forked whether it has told two histories: a chain of it is in quarantine
  public record Member(
      PeerId peer,
      String name,
      Role role,
      boolean self,
      boolean connected,
      boolean inSync,
      long missingFiles,
      long missingBytes,
      long leftOutFiles,
      boolean forked) {

    public Member(
        PeerId peer,
        String name,
        Role role,
        boolean self,
        boolean connected,
        boolean inSync,
        long missingFiles,
        long missingBytes) {
      this(peer, name, role, self, connected, inSync, missingFiles, missingBytes, 0, false);
    }
  }
}
