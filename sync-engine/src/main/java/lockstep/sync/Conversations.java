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
import java.util.stream.Stream;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.p2p.PeerInfo;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;

/// Keeps one sync stream between this device and each connected member of each folder: opens it,
/// answers those that others open, and opens it again when it broke and the connection did not.
/// Thread-safe.
final class Conversations implements AutoCloseable {
  /// Who dialled opens, for that one knows of the connection first; the other end does so too if
  /// nothing has come by then.
  private static final long COURTESY_MILLIS = 500;

  private static final long RETRY_MILLIS = 500;
  private static final long RETRY_MILLIS_MAX = 30_000;

  private final PeerNetwork network;
  private final Function<Blake3, Optional<Folder>> folders;
  private final System.Logger log;
  private final Map<Link, Integer> live = new ConcurrentHashMap<>();

  /// Who keeps a link, by the latch that ends that.
  private final Map<Link, CountDownLatch> keepers = new ConcurrentHashMap<>();

  /// Links on which a stream is being opened.
  private final Set<Link> opening = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  private record Link(Blake3 folder, PeerId peer) {}

  Conversations(
      PeerNetwork network, Function<Blake3, Optional<Folder>> folders, System.Logger log) {
    this.network = network;
    this.folders = folders;
    this.log = log;
  }

  /// Has a stream opened, on a thread of its own, and kept while the peer is a connected member.
  /// Called again when the peer connects again: whoever waits for the old connection then ends.
  void keep(Blake3 folder, PeerId peer) {
    boolean dialled = infos(peer).anyMatch(PeerInfo::outbound);
    keep(new Link(folder, peer), dialled ? 0 : COURTESY_MILLIS);
  }

  private Stream<PeerInfo> infos(PeerId peer) {
    return network.peers().stream().filter(info -> info.peer().equals(peer));
  }

  private void keep(Link link, long delayMillis) {
    var over = new CountDownLatch(1);
    CountDownLatch before = keepers.put(link, over);
    if (before != null) before.countDown();
    if (closed) over.countDown();
    Thread.ofVirtual().name("sync").start(() -> keep(link, delayMillis, over));
  }

  /// A better connection to the peer has come: has the conversation begin anew on that one, while
  /// the old one goes on until the new one is there. Of two that of the lower id stays, so it is
  /// for that one to do.
  void renew(Blake3 folder, PeerId peer) {
    if (network.self().compareTo(peer) > 0) return;
    var link = new Link(folder, peer);
    Thread.ofVirtual()
        .name("sync")
        .start(
            () -> {
              if (!opening.add(link)) return; // whoever opens it now gets the better connection
              try {
                open(link);
              } finally {
                opening.remove(link);
              }
            });
  }

  /// Tries until there is a conversation, whoever opened it. When that ends, [#run] begins anew.
  private void keep(Link link, long delayMillis, CountDownLatch over) {
    try {
      long delay = delayMillis;
      long pause = RETRY_MILLIS;
      while (!over.await(delay, TimeUnit.MILLISECONDS) && wanted(link) && !live.containsKey(link)) {
        if (opening.add(link)) {
          try {
            open(link);
          } finally {
            opening.remove(link);
          }
        }
        delay = pause;
        pause = Math.min(RETRY_MILLIS_MAX, pause * 2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      keepers.remove(link, over);
    }
  }

  private boolean wanted(Link link) {
    return infos(link.peer()).findAny().isPresent()
        && folders.apply(link.folder()).filter(folder -> isMember(folder, link.peer())).isPresent();
  }

  private static boolean isMember(Folder folder, PeerId peer) {
    return folder.ledger().members().role(peer.key()).isPresent();
  }

  /// Opens a stream and holds the conversation to its end, if the peer speaks of the folder.
  private void open(Link link) {
    Optional<Folder> folder = folders.apply(link.folder());
    if (folder.isEmpty()) {
      return;
    }
    try (PeerStream stream = network.open(link.peer(), SyncStream.PROTOCOL)) {
      var session = new SyncStream(stream, true);
      session.write(hello(folder.get()));
      switch (session.read()) {
        case SyncMessage.Hello hello -> run(link, session, folder.get(), hello);
        case SyncMessage.Refused(String reason) ->
            log.log(INFO, "{0} refuses {1}: {2}", link.peer(), folder.get().name(), reason);
        default -> stream.reset();
      }
    } catch (IOException e) {
      log.log(DEBUG, "no conversation with {0}: {1}", link.peer(), e.getMessage());
    }
  }

  /// Answers a stream that a peer opened.
  void serve(PeerStream stream) throws IOException {
    var session = new SyncStream(stream, false);
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
    return new SyncMessage.Hello(folder.ledger().folderId(), folder.ledger().heads());
  }

  private void run(Link link, SyncStream session, Folder folder, SyncMessage.Hello hello) {
    live.merge(link, 1, Integer::sum);
    try {
      session.run(hello.frontier(), folder::accept);
    } finally {
      live.computeIfPresent(link, (_, count) -> count == 1 ? null : count - 1);
      keep(link, RETRY_MILLIS);
    }
  }

  /// Opens nothing any more; what is open ends with its connection.
  @Override
  public void close() {
    closed = true;
    keepers.values().forEach(CountDownLatch::countDown);
  }
}
