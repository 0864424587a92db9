package lockstep.sync;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lockstep.base.Disk;
import lockstep.recovery.Directories;
import lockstep.recovery.Disks;
import lockstep.recovery.Workspace;

/// Where a shared folder is to be, found fit for it; nothing was made or changed there yet.
///
/// @param root the real path
/// @param exists whether a directory stands there
/// @param holdsIt whether that is the folder itself, moved there by its user
record Destination(Path root, boolean exists, boolean holdsIt) {
  /// @param home this device's own state
  static Destination of(Registry.Share share, Path wish, Shares shares, Path home)
      throws UserException, IOException {
    var judge = new Judge(share, wish.normalize());
    Path root = judge.place();
    judge.requireApart(root, shares, home);
    boolean exists = Directories.exists(root);
    boolean holdsIt = exists && judge.isAt(root);
    if (holdsIt && judge.isAt(share.root())) {
      throw judge.refusal(
          "the folder is in both places: " + share.root() + " holds it, too",
          "remove the one that you do not want, if it is a copy");
    }
    if (!holdsIt) {
      judge.requireSource();
      if (exists && !Directories.isEmpty(root)) {
        throw judge.refusal(
            "there is something in it, and nothing may be mixed with the folder",
            "name a directory that is empty, or a new one");
      }
    }
    judge.requireWritable(exists ? root : Directories.parent(root));
    return new Destination(root, exists, holdsIt);
  }

  /// The disk on which the folder will be.
  Disk disk() throws IOException {
    return Disks.open(exists ? root : Directories.parent(root));
  }

  /// Whether a directory is there and has the folder's marker.
  static boolean isAt(Path root, Registry.Share share) throws IOException {
    if (!Directories.exists(root)) {
      return false;
    }
    try (Disk disk = Disks.open(root)) {
      return Workspace.marker(disk).equals(Optional.of(share.id().toString()))
          && Workspace.arrival(disk).isEmpty();
    }
  }

  private record Judge(Registry.Share share, Path wish) {
    UserException refusal(String why, String advice) {
      return new UserException("cannot move '" + share.name() + "' to '" + wish + "'", why, advice);
    }

    boolean isAt(Path root) throws IOException {
      return Destination.isAt(root, share);
    }

    /// The real path, whose last name may be free.
    Path place() throws UserException, IOException {
      Path parent = wish.getParent();
      Path leaf = wish.getFileName();
      if (!wish.isAbsolute() || parent == null || leaf == null) {
        throw refusal("it is no directory in another", "name a whole path");
      }
      try {
        return Directories.isTaken(wish)
            ? Directories.real(wish)
            : Directories.real(parent).resolve(leaf);
      } catch (NotDirectoryException e) {
        throw refusal("'" + e.getFile() + "' is not a directory", "name a directory");
      } catch (NoSuchFileException e) {
        throw refusal(
            "the directory '" + parent + "' does not exist, or leads nowhere",
            "make it first; is its disk connected?");
      }
    }

    void requireApart(Path root, Shares shares, Path home) throws UserException, IOException {
      if (root.equals(share.root())) {
        throw refusal("it is there already", "lockstep folder list");
      }
      for (Registry.Share other : shares.all()) {
        boolean itself = other.id().equals(share.id());
        for (Path place : itself ? List.of(share.root()) : other.places()) {
          requireApart(root, place, other);
        }
      }
      Path state = Directories.create(home);
      if (Shares.overlap(root, state).isPresent()) {
        throw refusal(
            "Lockstep's own state in " + state + " lies inside it, or it inside that",
            "choose another directory");
      }
    }

    private void requireApart(Path root, Path place, Registry.Share other) throws UserException {
      Optional<String> lies = Shares.overlap(root, place);
      if (lies.isPresent()) {
        boolean itself = other.id().equals(share.id());
        throw refusal(
            "that lies %s %s"
                .formatted(
                    lies.get(),
                    itself
                        ? "the folder itself"
                        : "the folder '" + other.name() + "', and two may not contain one another"),
            "choose a directory beside it");
      }
    }

    /// There is something to move.
    void requireSource() throws UserException, IOException {
      if (!isAt(share.root())) {
        throw refusal(
            "its directory %s is missing or empty, and this one is not it, either"
                .formatted(share.root()),
            "connect its disk; or, if you have moved it, name the place where it is now, in which"
                + " there is its .lockstep");
      }
    }

    void requireWritable(Path directory) throws UserException {
      if (!Directories.isWritable(directory)) {
        throw refusal(
            "this user may not write to '" + directory + "'",
            "change who may write there, or choose another directory");
      }
    }
  }
}
