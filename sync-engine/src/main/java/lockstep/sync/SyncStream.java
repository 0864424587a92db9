package lockstep.sync;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import lockstep.base.PeerId;
import lockstep.ledger.Head;
import lockstep.p2p.PeerStream;

/// One folder's long-lived stream to one member (`/lockstep/sync/1.0.0`), with a thread that writes
/// and one that reads.
final class SyncStream implements SyncSession.Line {
  static final String PROTOCOL = "/lockstep/sync/1.0.0";
  private static final int QUEUE_MAX = 64;

  private final PeerStream stream;
  private final boolean opener;
  private final InputStream in;
  private final OutputStream out;
  private final BlockingQueue<SyncMessage> outbox = new ArrayBlockingQueue<>(QUEUE_MAX);

  SyncStream(PeerStream stream, boolean opener) {
    this.stream = stream;
    this.opener = opener;
    this.in = new BufferedInputStream(stream.input(), 64 << 10);
    this.out = new BufferedOutputStream(stream.output(), 64 << 10);
  }

  @Override
  public PeerId peer() {
    return stream.peer();
  }

  /// Reads one message.
  SyncMessage read() throws IOException {
    return SyncMessage.decode(Frames.read(in, SyncMessage.BYTES_MAX));
  }

  /// Writes one message at once; only before [#run].
  void write(SyncMessage message) throws IOException {
    Frames.write(out, message.encoded());
  }

  @Override
  public void send(SyncMessage message) {
    if (!outbox.offer(message)) {
      reset();
    }
  }

  /// Serves the stream until it ends, on the calling thread and one more.
  ///
  /// @param greeted what the peer had when it greeted
  void run(List<Head> greeted, Consumer<FolderEvent> loop) {
    var session = new SyncSession(this, opener, greeted);
    Thread writer = Thread.ofVirtual().name("sync-writer").start(() -> writeAll(session, loop));
    String end = "the connection was closed";
    try {
      loop.accept(new FolderEvent.PeerUp(session));
      while (true) {
        loop.accept(new FolderEvent.FromPeer(session, read()));
      }
    } catch (java.io.EOFException e) {
      stream.reset();
    } catch (IOException e) {
      end = String.valueOf(e.getMessage());
      stream.reset();
    } finally {
      writer.interrupt();
      loop.accept(new FolderEvent.PeerDown(session, end));
    }
  }

  private void writeAll(SyncSession session, Consumer<FolderEvent> loop) {
    try {
      while (true) {
        write(outbox.take());
        if (outbox.isEmpty()) {
          loop.accept(new FolderEvent.Drained(session));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      stream.reset();
    }
  }

  @Override
  public void reset() {
    stream.reset();
  }
}
