package lockstep.sync;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import lockstep.base.Disk;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.lease.LockRequest;
import lockstep.lease.Notice;

/// What a user does with the lock of one file, by hand.
record Locking(Folder folder, RelPath path) {
  private static final long REPLY_MILLIS_MAX = 2000;

  private sealed interface Reply {
    record Locked(Optional<FileLock> lock) implements Reply {}

    record Denied(PeerId holder, Optional<FileLock> lock) implements Reply {}

    record NotAllowed(Notice.NotAllowed.Why why) implements Reply {}
  }

  /// Passes the first reply on to whoever waits.
  private record Replies(BlockingQueue<Reply> queue) implements LockReply {
    @Override
    public void locked(Optional<FileLock> lock) {
      queue.offer(new Reply.Locked(lock));
    }

    @Override
    public void denied(PeerId holder, Optional<FileLock> lock) {
      queue.offer(new Reply.Denied(holder, lock));
    }

    @Override
    public void notAllowed(Notice.NotAllowed.Why why) {
      queue.offer(new Reply.NotAllowed(why));
    }
  }

  FileLock lock(String note) throws UserException, IOException {
    checkText("note", note);
    checkMayWrite();
    if (folder.disk().stat(path).filter(stat -> stat.kind() == Disk.Kind.FILE).isEmpty()) {
      throw new UserException(
          "cannot lock '" + path + "'", "only files are locked, and it is none", "name a file");
    }
    var replies = new Replies(new ArrayBlockingQueue<>(1));
    folder.accept(new FolderEvent.Ask(loop -> loop.locks().lock(path, note, replies)));
    return switch (await(replies.queue())) {
      case null -> {
        Optional<FileLock> soFar = folder.ask(loop -> loop.locks().soFar(path, replies));
        yield soFar.filter(FileLock::mine).orElseThrow(() -> elsewhere(soFar));
      }
      case Reply.Locked(var lock) -> lock.orElseThrow(() -> elsewhere(lock));
      case Reply.Denied(_, var lock) -> throw elsewhere(lock);
      case Reply.NotAllowed(Notice.NotAllowed.Why why) -> throw refused(why);
    };
  }

  private static @org.jspecify.annotations.Nullable Reply await(BlockingQueue<Reply> queue) {
    try {
      return queue.poll(REPLY_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  void unlock(Optional<String> force) throws UserException, IOException {
    if (folder.ask(loop -> loop.locks().unlock(path))) {
      return;
    }
    Optional<FileLock> lock = folder.ask(loop -> loop.locks().view().of(path));
    if (lock.isEmpty()) {
      throw new UserException(
          "'" + path + "' is not locked", "nobody is known to work on it", "lockstep locks");
    }
    if (force.isEmpty()) {
      throw new UserException(
          "cannot unlock '" + path + "'",
          "it is locked by " + lock.get().ownerName() + ", not by this device",
          "lockstep unlock PATH --ask, or lockstep unlock PATH --force --reason WHY");
    }
    checkText("reason", force.get());
    if (force.get().isBlank()) {
      throw new UserException(
          "cannot break the lock on '" + path + "'",
          lock.get().ownerName() + " is told why, so there must be a reason",
          "lockstep unlock PATH --force --reason WHY");
    }
    checkMayWrite();
    folder.accept(new FolderEvent.Ask(loop -> loop.locks().breakLock(path, force.get())));
  }

  FileLock ask(String note) throws UserException, IOException {
    checkText("note", note);
    Optional<FileLock> lock = folder.ask(loop -> loop.locks().view().of(path));
    if (lock.isEmpty() || lock.get().mine()) {
      throw new UserException(
          "nobody else has locked '" + path + "'",
          lock.isEmpty() ? "it is free" : "it is locked by this device",
          "lockstep lock PATH");
    }
    folder.accept(new FolderEvent.Ask(loop -> loop.locks().ask(path, note)));
    return lock.get();
  }

  private void checkText(String what, String text) throws UserException {
    if (text.getBytes(StandardCharsets.UTF_8).length > LockRequest.TEXT_BYTES_MAX) {
      throw new UserException(
          "the " + what + " is too long",
          "it may have " + LockRequest.TEXT_BYTES_MAX + " bytes",
          "say it shorter");
    }
  }

  private void checkMayWrite() throws UserException {
    if (folder.ledger().members().role(folder.self().key()).filter(Role::mayWrite).isEmpty()) {
      throw refused(Notice.NotAllowed.Why.ROLE);
    }
  }

  private UserException refused(Notice.NotAllowed.Why why) {
    return switch (why) {
      case ROLE ->
          new UserException(
              "this device may not lock '" + path + "'",
              "its role does not allow it to change the folder",
              "ask an admin of the folder for another role");
      case TOO_MANY ->
          new UserException(
              "this device may not lock '" + path + "'",
              "it holds as many locks as one device may",
              "lockstep locks, then unlock what is not needed");
    };
  }

  private UserException elsewhere(Optional<FileLock> lock) {
    return new UserException(
        "cannot lock '" + path + "'",
        lock.filter(other -> !other.mine())
            .map(other -> other.ownerName() + " works on it since " + other.since())
            .orElse("somebody else was given it at this very moment"),
        "lockstep unlock PATH --ask");
  }
}
