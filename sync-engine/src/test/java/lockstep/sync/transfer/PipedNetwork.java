package lockstep.sync.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import lockstep.base.PeerId;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerConnection;
import lockstep.p2p.PeerInfo;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;

/// A network within one process: every peer that joined reaches every other by bounded pipes, until
/// one [Port#unplug]s. Bytes are counted.
final class PipedNetwork {
  private static final int PIPE_BYTES = 256 << 10;

  private final Map<PeerId, Port> ports = new ConcurrentHashMap<>();

  Port join(PeerId peer) {
    var port = new Port(peer);
    ports.put(peer, port);
    return port;
  }

  /// One peer's access to the network.
  final class Port implements PeerNetwork {
    private final PeerId self;
    private final Map<String, StreamHandler> handlers = new ConcurrentHashMap<>();
    private final Set<Pipe> pipes = new CopyOnWriteArraySet<>();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private volatile boolean plugged = true;

    /// How much it can send, on all streams together; 0 for no bound.
    volatile long bytesPerSecond;

    /// When what was sent last has left, monotonic.
    private long free;

    private Port(PeerId self) {
      this.self = self;
    }

    /// Bytes that came to this peer on all streams.
    long received() {
      return received.get();
    }

    /// Bytes that others took from this peer.
    long sent() {
      return sent.get();
    }

    private void leave(int bytes) {
      sent.addAndGet(bytes);
      if (bytesPerSecond == 0) return;
      long wait;
      synchronized (this) {
        long now = System.nanoTime();
        free = Math.max(free, now) + bytes * 1_000_000_000L / bytesPerSecond;
        wait = free - now;
      }
      LockSupport.parkNanos(wait);
    }

    /// Breaks all streams; no new ones can be opened.
    void unplug() {
      plugged = false;
      pipes.forEach(Pipe::reset);
    }

    void plug() {
      plugged = true;
    }

    @Override
    public PeerId self() {
      return self;
    }

    @Override
    public void handle(String protocol, StreamHandler handler) {
      handlers.put(protocol, handler);
    }

    @Override
    public PeerStream open(PeerId peer, String protocol) throws IOException {
      Port other = ports.get(peer);
      StreamHandler handler = other == null ? null : other.handlers.get(protocol);
      if (other == null || handler == null || !plugged || !other.plugged) {
        throw new IOException("no way to " + peer.brief() + " for " + protocol);
      }
      var there = new Pipe(this, other.received);
      var back = new Pipe(other, received);
      pipes.addAll(List.of(there, back));
      other.pipes.addAll(List.of(there, back));
      var served = new End(self, protocol, there, back);
      Thread.ofVirtual().name("serve-" + other.self.brief()).start(() -> serve(handler, served));
      return new End(peer, protocol, back, there);
    }

    private static void serve(StreamHandler handler, End stream) {
      try {
        handler.serve(stream);
        stream.close();
      } catch (IOException | InterruptedException | RuntimeException | Error e) {
        stream.reset();
      }
    }

    @Override
    public void disconnect(PeerId peer) {
      unplug();
    }

    @Override
    public void close() {
      unplug();
    }

    @Override
    public List<Multiaddr> addresses() {
      return List.of();
    }

    @Override
    public void onConnection(ConnectionListener listener) {}

    @Override
    public PeerConnection connect(PeerId peer, Collection<Multiaddr> addresses, Duration timeout) {
      throw new UnsupportedOperationException("all peers are connected");
    }

    @Override
    public List<PeerInfo> peers() {
      return List.of();
    }
  }

  /// One direction of a stream.
  private static final class Pipe {
    private final Queue<byte[]> content = new ArrayDeque<>();
    private final Port sender;
    private final AtomicLong counter;
    private int size;
    private int headRead;
    private boolean ended;
    private boolean broken;

    Pipe(Port sender, AtomicLong counter) {
      this.sender = sender;
      this.counter = counter;
    }

    void write(byte[] bytes) throws IOException {
      sender.leave(bytes.length);
      queue(bytes);
    }

    private synchronized void queue(byte[] bytes) throws IOException {
      while (size >= PIPE_BYTES && !broken) {
        await();
      }
      if (broken || ended) throw new IOException("stream reset");
      content.add(bytes);
      size += bytes.length;
      notifyAll();
    }

    synchronized int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) return 0;
      while (content.isEmpty() && !ended && !broken) {
        await();
      }
      if (broken) throw new IOException("stream reset");
      byte[] head = content.peek();
      if (head == null) return -1;
      int count = Math.min(length, head.length - headRead);
      System.arraycopy(head, headRead, buffer, offset, count);
      headRead += count;
      if (headRead == head.length) {
        content.remove();
        headRead = 0;
      }
      size -= count;
      counter.addAndGet(count);
      notifyAll();
      return count;
    }

    private void await() throws IOException {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    synchronized void end() {
      ended = true;
      notifyAll();
    }

    synchronized void reset() {
      broken = true;
      notifyAll();
    }
  }

  private record End(PeerId peer, String protocol, Pipe in, Pipe out) implements PeerStream {
    @Override
    public boolean isLocal() {
      return false;
    }

    @Override
    public InputStream input() {
      return new InputStream() {
        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          return in.read(buffer, offset, length);
        }
      };
    }

    @Override
    public OutputStream output() {
      return new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
          if (length > 0) out.write(java.util.Arrays.copyOfRange(buffer, offset, offset + length));
        }
      };
    }

    @Override
    public void closeWrite() {
      out.end();
    }

    @Override
    public void reset() {
      in.reset();
      out.reset();
    }

    @Override
    public void close() {
      out.end();
      in.reset();
    }
  }
}
