package lockstep.sync;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import lockstep.base.Blake3;
import lockstep.base.PeerId;

/// Who waits at this device for a person's yes. In memory: an applicant waits for as long as its
/// stream is open, and asks again after that. Thread-safe.
final class Applicants {
  /// Devices that wait at once; further ones are sent away.
  static final int COUNT_MAX = 16;

  private final Duration patience;
  private final List<Waiting> waiting = new ArrayList<>();

  /// @param patience how long one may wait
  Applicants(Duration patience) {
    this.patience = patience;
  }

  /// How the waiting ended.
  sealed interface End {
    /// The device is a member now.
    record Approved() implements End {}

    /// @param reason told to the device
    record Refused(String reason) implements End {}

    /// It waits no longer.
    record Gone() implements End {}
  }

  /// Makes the device a member.
  interface Admission {
    /// @return why it was refused
    Optional<String> admit() throws IOException;
  }

  /// One device that waits.
  ///
  /// @param folder the folder's id
  record Waiting(Blake3 folder, Applicant applicant, Admission admission, BlockingQueue<End> ends) {
    Waiting(Blake3 folder, Applicant applicant, Admission admission) {
      this(folder, applicant, admission, new ArrayBlockingQueue<>(1));
    }

    /// Ends it, unless something else has.
    boolean end(End end) {
      return ends.offer(end);
    }

    private boolean isOf(Blake3 id, PeerId peer) {
      return folder.equals(id) && applicant.peer().equals(peer);
    }
  }

  List<Applicant> all() {
    return snapshot().stream().map(Waiting::applicant).toList();
  }

  private synchronized List<Waiting> snapshot() {
    return List.copyOf(waiting);
  }

  /// @param folder its id
  Optional<Waiting> find(Blake3 folder, PeerId peer) {
    return snapshot().stream().filter(one -> one.isOf(folder, peer)).findFirst();
  }

  /// Lets a device wait, in place of an earlier request of its own.
  ///
  /// @return whether there is room
  synchronized boolean add(Waiting fresh) {
    find(fresh.folder(), fresh.applicant().peer())
        .ifPresent(
            before -> {
              before.end(new End.Refused("the device has asked again"));
              waiting.remove(before);
            });
    return waiting.size() < COUNT_MAX && waiting.add(fresh);
  }

  /// Returns when somebody has decided, or the device is gone, or has waited for too long.
  ///
  /// @param in what comes from the device
  End await(Waiting one, InputStream in) throws InterruptedException {
    Thread watch = Thread.ofVirtual().name("applicant").start(() -> watch(one, in));
    try {
      End end = one.ends().poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      return end != null
          ? end
          : new End.Refused("nobody answered within " + patience.toMinutes() + " minutes");
    } finally {
      remove(one);
      watch.interrupt();
    }
  }

  /// It has nothing more to say: whatever comes is the end.
  private static void watch(Waiting one, InputStream in) {
    try {
      in.read();
    } catch (IOException gone) {
      // as good as a farewell
    }
    one.end(new End.Gone());
  }

  private synchronized void remove(Waiting one) {
    waiting.remove(one);
  }

  /// Sends everybody away who waits for a folder.
  void dismiss(Blake3 folder, String reason) {
    snapshot().stream()
        .filter(one -> one.folder().equals(folder))
        .forEach(one -> one.end(new End.Refused(reason)));
  }
}
