package lockstep.sync.transfer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import lockstep.base.Blake3;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;
import org.jspecify.annotations.Nullable;

/// One lane to a provider: a thread that takes batches and writes their requests to a stream, and,
/// while there is a stream, one that reads the answers. A stream that fails is replaced as soon as
/// the queue lets the provider be asked again.
final class ProviderLink implements Fetcher.Lane {
  private static final int REQUEST_BUFFER_BYTES = 8 << 10;

  private final PeerNetwork network;
  private final Blake3 folder;
  private final FetchQueue queue;
  private final Provider provider;
  private final long idleNanos;
  private final Bandwidth bandwidth;
  private final Function<InputStream, AnswerReader> readers;
  private volatile boolean open = true;
  private volatile @Nullable Lane lane;

  /// The stream before, on a connection that there is a better one for now: what was asked on it is
  /// still answered.
  private volatile @Nullable Lane former;

  ProviderLink(
      PeerNetwork network,
      Blake3 folder,
      FetchQueue queue,
      Provider provider,
      long idleNanos,
      Bandwidth bandwidth,
      Function<InputStream, AnswerReader> readers) {
    this.network = network;
    this.folder = folder;
    this.queue = queue;
    this.provider = provider;
    this.idleNanos = idleNanos;
    this.bandwidth = bandwidth;
    this.readers = readers;
  }

  @Override
  public void start() {
    Thread.ofVirtual().name("chunks-ask-" + provider.peer.brief()).start(this::ask);
  }

  /// Gives up the stream and what it was to answer.
  @Override
  public void abort() {
    Lane current = lane;
    if (current != null) current.fail();
    Lane before = former;
    if (before != null) before.fail();
  }

  @Override
  public void close() {
    open = false;
    queue.wake();
    abort();
  }

  private void ask() {
    try {
      while (open) {
        Batch batch = queue.take(provider, lane == null ? Long.MAX_VALUE : idleNanos, () -> open);
        if (batch != null) {
          send(batch);
        } else {
          hangUp();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      abort();
    }
  }

  private void send(Batch batch) {
    Lane current = lane;
    if (current != null && current.stream.isSuperseded()) {
      former = current;
      hangUp();
      current = null;
    }
    try {
      while (current == null || !current.add(batch)) {
        current = new Lane(network.open(provider.peer, ChunkServer.PROTOCOL));
        lane = current;
        current.start();
        if (!open) current.fail();
        if (!open) throw new IOException("closed");
      }
    } catch (IOException e) {
      queue.failed(provider, List.of(batch));
      return;
    }
    current.write(batch);
  }

  /// Nothing was asked for a while: lets the stream end.
  private void hangUp() {
    Lane current = lane;
    lane = null;
    if (current != null) current.finish();
  }

  /// One stream, and the batches that it has yet to answer.
  private final class Lane {
    private final PeerStream stream;
    private final OutputStream out;

    /// Guarded by this.
    private final Deque<Batch> sent = new ArrayDeque<>();

    private boolean finishing;
    private boolean failed;

    Lane(PeerStream stream) {
      this.stream = stream;
      this.out = new BufferedOutputStream(stream.output(), REQUEST_BUFFER_BYTES);
    }

    void start() {
      Thread.ofVirtual().name("chunks-read-" + provider.peer.brief()).start(this::read);
    }

    /// False if the lane has failed: it answers nothing any more.
    synchronized boolean add(Batch batch) {
      if (failed) return false;
      batch.onIdleStream = sent.isEmpty();
      sent.add(batch);
      notifyAll();
      return true;
    }

    void write(Batch batch) {
      try {
        batch.request(folder).write(out);
        out.flush();
      } catch (IOException e) {
        fail();
      }
    }

    private synchronized @Nullable Batch next() throws InterruptedException {
      while (sent.isEmpty() && !finishing && !failed) {
        wait();
      }
      return failed ? null : sent.peek();
    }

    private synchronized void done(Batch batch) {
      sent.remove(batch);
    }

    private void read() {
      try {
        AnswerReader reader = readers.apply(bandwidth.input(stream));
        for (Batch batch = next(); batch != null; batch = next()) {
          reader.read(batch);
          done(batch);
          queue.answered(batch);
        }
        stream.close();
      } catch (IOException | InterruptedException e) {
        fail();
      } catch (RuntimeException | Error e) {
        fail();
        throw e;
      }
    }

    synchronized void finish() {
      finishing = true;
      notifyAll();
    }

    void fail() {
      List<Batch> lost;
      synchronized (this) {
        if (failed) return;
        failed = true;
        lost = List.copyOf(sent);
        sent.clear();
        notifyAll();
      }
      stream.reset();
      queue.failed(provider, lost);
    }
  }
}
