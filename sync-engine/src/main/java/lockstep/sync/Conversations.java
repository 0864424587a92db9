package lockstep.sync;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;

/// Keeps one sync stream between this device and each connected member of each folder: opens it,
/// answers those that others open, and opens it again when it broke and the connection did not.
/// Thread-safe.
final class Conversations implements AutoCloseable {
  /// The lower id opens; the other end does so too if nothing has come by then.
  private static final long COURTESY_MILLIS = 1000;

  private static final long RETRY_MILLIS = 500;
  private static final long RETRY_MILLIS_MAX = 30_000;

  private final PeerNetwork network;
  private final Function<Blake3, Optional<Folder>> folders;
  private final System.Logger log;
  private final Map<Link, Integer> live = new ConcurrentHashMap<>();
  private final Set<Link> opening = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  private record Link(Blake3 folder, PeerId peer) {}

  Conversations(
      PeerNetwork network, Function<Blake3, Optional<Folder>> folders, System.Logger log) {
    this.network = network;
    this.folders = folders;
    this.log = log;
  }

  /// Has a stream opened, on a thread of its own, and kept while the peer is a connected member.
  void keep(Blake3 folder, PeerId peer) {
    var link = new Link(folder, peer);
    if (opening.add(link)) {
      Thread.ofVirtual().name("sync").start(() -> keep(link));
    }
  }

  private void keep(Link link) {
    try {
      long pause = RETRY_MILLIS;
      if (network.self().compareTo(link.peer()) > 0
          && closed.await(COURTESY_MILLIS, TimeUnit.MILLISECONDS)) {
        return;
      }
      do {
        boolean spoke = !live.containsKey(link) && open(link);
        pause = spoke ? RETRY_MILLIS : Math.min(RETRY_MILLIS_MAX, pause * 2);
      } while (!closed.await(pause, TimeUnit.MILLISECONDS) && wanted(link));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      opening.remove(link);
    }
  }

  private boolean wanted(Link link) {
    boolean connected = network.peers().stream().anyMatch(info -> info.peer().equals(link.peer()));
    return connected
        && folders.apply(link.folder()).filter(folder -> isMember(folder, link.peer())).isPresent();
  }

  private static boolean isMember(Folder folder, PeerId peer) {
    return folder.ledger().members().role(peer.key()).isPresent();
  }

  /// @return whether the peer spoke of the folder; the conversation is over then
  private boolean open(Link link) {
    Optional<Folder> folder = folders.apply(link.folder());
    if (folder.isEmpty()) {
      return false;
    }
    try (PeerStream stream = network.open(link.peer(), SyncSession.PROTOCOL)) {
      var session = new SyncSession(stream, true);
      session.write(hello(folder.get()));
      switch (session.read()) {
        case SyncMessage.Hello hello -> {
          run(link, session, folder.get(), hello);
          return true;
        }
        case SyncMessage.Refused(String reason) ->
            log.log(INFO, "{0} refuses {1}: {2}", link.peer(), folder.get().name(), reason);
        default -> stream.reset();
      }
    } catch (IOException e) {
      log.log(DEBUG, "no conversation with {0}: {1}", link.peer(), e.getMessage());
    }
    return false;
  }

  /// Answers a stream that a peer opened.
  void serve(PeerStream stream) throws IOException {
    var session = new SyncSession(stream, false);
    if (!(session.read() instanceof SyncMessage.Hello hello)) {
      stream.reset();
      return;
    }
    Optional<Folder> folder =
        folders.apply(hello.folder()).filter(known -> isMember(known, stream.peer()));
    if (folder.isEmpty()) {
      // One answer for "no such folder" and "not a member": a stranger learns nothing.
      session.write(new SyncMessage.Refused("not a member of this folder"));
      return;
    }
    session.write(hello(folder.get()));
    run(new Link(hello.folder(), stream.peer()), session, folder.get(), hello);
  }

  private static SyncMessage.Hello hello(Folder folder) {
    return new SyncMessage.Hello(folder.ledger().folderId(), folder.ledger().frontier());
  }

  private void run(Link link, SyncSession session, Folder folder, SyncMessage.Hello hello) {
    live.merge(link, 1, Integer::sum);
    try {
      session.greeted = hello.frontier();
      session.run(folder::accept);
    } finally {
      live.computeIfPresent(link, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  /// Opens nothing any more; what is open ends with its connection.
  @Override
  public void close() {
    closed.countDown();
  }
}
