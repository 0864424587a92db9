package lockstep.p2p.gossip;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lockstep.base.PeerId;
import lockstep.base.Varints;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;
import lockstep.p2p.ProtocolRefusedException;
import org.jspecify.annotations.Nullable;

/// The streams of one connected peer: one that this device opened and only writes to, kept open as
/// long as there is a connection, and one that the peer opened and that is only read. Thread-safe.
final class Link {
  private static final long RETRY_MILLIS = 1_000;
  private static final long RETRY_MILLIS_MAX = 60_000;

  private final PeerNetwork network;
  private final PeerId peer;
  private final SendQueue queue = new SendQueue();
  private final CountDownLatch over = new CountDownLatch(1);
  private @Nullable PeerStream outbound;
  private @Nullable PeerStream inbound;

  Link(PeerNetwork network, PeerId peer) {
    this.network = network;
    this.peer = peer;
  }

  PeerId peer() {
    return peer;
  }

  /// Has something sent; never waits.
  void send(Rpc rpc) {
    if (!queue.offer(rpc)) reset(outbound());
  }

  /// The peer has opened a stream; one that it opened before counts no more.
  void reads(PeerStream stream) {
    PeerStream before;
    synchronized (this) {
      before = inbound;
      inbound = stream;
    }
    reset(before);
  }

  /// Writes what is sent, until the link is closed, the connection gone or the protocol refused.
  ///
  /// @param reopened is called when another stream had to be opened
  void run(Runnable reopened) throws InterruptedException {
    long pause = RETRY_MILLIS;
    boolean again = false;
    do {
      try (PeerStream stream = network.open(peer, Gossip.PROTOCOL)) {
        if (!opened(stream)) return;
        if (again) {
          queue.clear();
          reopened.run();
        }
        again = true;
        write(stream.output());
      } catch (ProtocolRefusedException e) {
        return;
      } catch (IOException e) {
        if (!isConnected()) return;
      }
      pause = Math.min(RETRY_MILLIS_MAX, 2 * pause);
    } while (!over.await(pause, TimeUnit.MILLISECONDS));
  }

  private void write(OutputStream out) throws IOException, InterruptedException {
    for (Optional<byte[]> next = queue.take(); next.isPresent(); next = queue.take()) {
      byte[] rpc = next.get();
      Varints.write(out, rpc.length);
      out.write(rpc);
      if (queue.isEmpty()) out.flush();
    }
  }

  private boolean isConnected() {
    return network.peers().stream().anyMatch(info -> info.peer().equals(peer));
  }

  private synchronized boolean opened(PeerStream stream) {
    outbound = stream;
    return over.getCount() > 0;
  }

  private synchronized @Nullable PeerStream outbound() {
    return outbound;
  }

  private synchronized @Nullable PeerStream inbound() {
    return inbound;
  }

  /// Ends both streams.
  void close() {
    over.countDown();
    queue.close();
    reset(outbound());
    reset(inbound());
  }

  private static void reset(@Nullable PeerStream stream) {
    if (stream != null) stream.reset();
  }
}
