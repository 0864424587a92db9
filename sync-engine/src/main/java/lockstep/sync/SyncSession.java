package lockstep.sync;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.VersionVector;
import lockstep.p2p.PeerStream;

/// One folder's long-lived stream to one member (`/lockstep/sync/1.0.0`), with a thread that writes
/// and one that reads. What it knows of the peer belongs to the folder's loop.
final class SyncSession {
  static final String PROTOCOL = "/lockstep/sync/1.0.0";

  private static final int QUEUE_MAX = 64;

  private final PeerStream stream;
  private final InputStream in;
  private final OutputStream out;
  private final boolean opener;
  private final BlockingQueue<SyncMessage> outbox = new ArrayBlockingQueue<>(QUEUE_MAX);

  // Owned by the folder's loop:
  VersionVector theirs = VersionVector.EMPTY; // what the peer has, or was sent
  VersionVector acknowledged = VersionVector.EMPTY;
  VersionVector applied = VersionVector.EMPTY;
  VersionVector greeted = VersionVector.EMPTY; // its frontier when the session began
  long missingFiles;
  long missingBytes;
  long toldAt;
  boolean announcesMore;
  boolean draining;
  SyncMessage.@org.jspecify.annotations.Nullable Status toldLast;

  SyncSession(PeerStream stream, boolean opener) {
    this.stream = stream;
    this.opener = opener;
    this.in = new BufferedInputStream(stream.input(), 64 << 10);
    this.out = new BufferedOutputStream(stream.output(), 64 << 10);
  }

  PeerId peer() {
    return stream.peer();
  }

  /// The device that opened the stream: of two streams that crossed, both ends keep that of the
  /// lower id.
  PeerId openedBy(PeerId self) {
    return opener ? self : peer();
  }

  /// Sends the first message and waits for the peer's.
  SyncMessage greet(Blake3 folder, VersionVector frontier) throws IOException {
    write(new SyncMessage.Hello(folder, frontier));
    return read();
  }

  /// Reads one message.
  SyncMessage read() throws IOException {
    return SyncMessage.decode(Frames.read(in, SyncMessage.BYTES_MAX));
  }

  /// Writes one message at once; only before [#run].
  void write(SyncMessage message) throws IOException {
    Frames.write(out, message.encoded());
  }

  /// Queues a message for the writing thread; a peer that does not take them is cut off.
  void send(SyncMessage message) {
    if (!outbox.offer(message)) {
      reset();
    }
  }

  /// Serves the stream until it ends, on the calling thread and one more.
  void run(Consumer<FolderEvent> loop) {
    Thread writer = Thread.ofVirtual().name("sync-writer").start(() -> writeAll(loop));
    String end = "the connection was closed";
    try {
      loop.accept(new FolderEvent.PeerUp(this));
      while (true) {
        loop.accept(new FolderEvent.FromPeer(this, read()));
      }
    } catch (java.io.EOFException e) {
      stream.reset();
    } catch (IOException e) {
      end = String.valueOf(e.getMessage());
      stream.reset();
    } finally {
      writer.interrupt();
      loop.accept(new FolderEvent.PeerDown(this, end));
    }
  }

  private void writeAll(Consumer<FolderEvent> loop) {
    try {
      while (true) {
        write(outbox.take());
        if (outbox.isEmpty()) {
          loop.accept(new FolderEvent.Drained(this));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      stream.reset();
    }
  }

  /// Ends the stream at once.
  void reset() {
    stream.reset();
  }
}
