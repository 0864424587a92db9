package lockstep.sync.transfer;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.TimeSource;
import lockstep.base.Varints;
import lockstep.chunk.ChunkFrame;
import lockstep.chunk.ChunkReader;
import lockstep.chunk.ChunkRef;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Manifest;
import org.jspecify.annotations.Nullable;

/// Reads the answers of one stream, verifies them and has them written; its thread does all of
/// that, so a disk that lags holds the peer back. Not thread-safe.
final class AnswerReader {
  private static final int BUFFER_BYTES = 8 << 10;
  private static final long PROGRESS_BYTES = 1 << 20;

  /// A provider that sends so much is alive, however slow it is held; one that drips bytes is not.
  private static final int SIGN_OF_LIFE_BYTES = 4 << 10;

  /// What happens with what came.
  interface Sink {
    void staged(List<Wanted> ready);

    /// A file of this device could not be written.
    void broken(Download download, IOException problem);

    void progress(long bytesArrived);
  }

  private final InputStream in;
  private final FetchQueue queue;
  private final ChunkStore chunks;
  private final Stager stager;
  private final TimeSource time;
  private final Sink sink;

  private final ChunkReader reader = new ChunkReader();
  private byte[] plain = new byte[0];
  private long arrived;
  private @Nullable Provider provider;
  private int sinceSignOfLife;

  AnswerReader(
      InputStream in,
      FetchQueue queue,
      ChunkStore chunks,
      Stager stager,
      TimeSource time,
      Sink sink) {
    this.in = new BufferedInputStream(new Pulse(in), BUFFER_BYTES);
    this.queue = queue;
    this.chunks = chunks;
    this.stager = stager;
    this.time = time;
    this.sink = sink;
  }

  /// Reads the answers to all tasks of a batch.
  ///
  /// @throws PeerViolationException if one of them is wrong: the provider is banned for its content
  void read(Batch batch) throws IOException {
    provider = batch.provider;
    var ready = new ArrayList<Wanted>();
    try {
      for (Task task : batch.tasks) {
        read(batch, task, ready);
      }
    } finally {
      report(0);
      if (!ready.isEmpty()) sink.staged(List.copyOf(ready));
    }
  }

  private void read(Batch batch, Task task, List<Wanted> ready) throws IOException {
    try {
      if (isPresent(batch)) {
        readAnswer(batch, task, ready);
      } else {
        queue.absent(batch, task);
      }
    } catch (PeerViolationException e) {
      queue.violated(batch, task);
      throw e;
    }
  }

  private void readAnswer(Batch batch, Task task, List<Wanted> ready) throws IOException {
    switch (task) {
      case Task.Node node -> readNode(batch, node);
      case Task.Whole whole -> readWhole(batch, whole, ready);
      case Task.Range range -> readRange(batch, range);
      case Task.Have have -> readBlocks(batch, have);
    }
  }

  private boolean isPresent(Batch batch) throws IOException {
    int status = in.read();
    long now = time.monotonicNanos();
    if (batch.answered == 0 && batch.onIdleStream) queue.began(batch, now - batch.sentAt);
    batch.provider.heardAt = now;
    return switch (status) {
      case -1 -> throw new EOFException("the stream ended before all was answered");
      case ChunkRequest.ABSENT -> false;
      case ChunkRequest.PRESENT -> true;
      default -> throw new PeerViolationException("an item with status " + status);
    };
  }

  private void readNode(Batch batch, Task.Node node) throws IOException {
    readNode(node.hash);
    if (node.below > 0) readNodesBelow(node);
    queue.arrived(batch, node);
  }

  private void readNodesBelow(Task.Node node) throws IOException {
    int count = (int) Varints.read(in, node.below);
    List<Blake3> below = chunks.below(node.hash);
    if (count > below.size()) throw new PeerViolationException("more nodes than there are");
    for (int i = 0; i < count; i++) {
      readNode(below.get(i));
    }
  }

  private void readNode(Blake3 expected) throws IOException {
    byte[] bytes = in.readNBytes((int) Varints.read(in, ChunkRequest.NODE_BYTES_MAX));
    chunks.accept(expected, bytes);
  }

  private void readWhole(Batch batch, Task.Whole task, List<Wanted> ready) throws IOException {
    Download download = task.download();
    ChunkRef chunk = new ChunkRef(download.content.root(), (int) download.content.size());
    reserve(chunk.length());
    readChunk(chunk, 0);
    queue.arrived(batch, task);
    List<Wanted> files = queue.claim(download);
    if (files.isEmpty()) return;
    try {
      for (Wanted file : files) {
        stager.write(file, plain, chunk.length());
      }
      ready.addAll(queue.end(download));
    } catch (IOException e) {
      sink.broken(download, e);
    } finally {
      queue.release(download);
    }
    report(chunk.length());
  }

  private void readRange(Batch batch, Task.Range task) throws IOException {
    Manifest manifest = task.assembly().manifest();
    ChunkMap.Run run = task.run();
    reserve((int) run.bytes());
    int length = 0;
    for (int i = run.first(); i < run.first() + run.count(); i++) {
      readChunk(manifest.chunk(i), length);
      length += manifest.length(i);
    }
    store(batch, task, length);
    report(length);
  }

  private void store(Batch batch, Task.Range task, int length) {
    try {
      if (task.assembly().write(task.run().first(), plain, length)) queue.arrived(batch, task);
    } catch (IOException e) {
      sink.broken(task.download(), e);
    }
  }

  private void readChunk(ChunkRef expected, int offset) throws IOException {
    int length = (int) Varints.read(in, ChunkFrame.bytesMax(expected.length()));
    reader.read(in, length, expected, plain, offset);
  }

  private void readBlocks(Batch batch, Task.Have task) throws IOException {
    int blocks = ChunkMap.blocks(task.assembly().manifest().count());
    byte[] bytes = in.readNBytes((int) Varints.read(in, ChunkRequest.BLOCKS_BYTES_MAX));
    BitSet held = BitSet.valueOf(bytes);
    if (held.length() > blocks) {
      throw new PeerViolationException("more blocks than the content has");
    }
    queue.arrived(batch, task, held);
  }

  private void reserve(int length) {
    if (plain.length < length) plain = new byte[Math.max(length, 64 << 10)];
  }

  private void heard(int bytes) {
    sinceSignOfLife += bytes;
    if (provider != null && sinceSignOfLife >= SIGN_OF_LIFE_BYTES) {
      provider.heardAt = time.monotonicNanos();
      sinceSignOfLife = 0;
    }
  }

  /// What comes, as it comes: a chunk may take a slow provider long.
  private final class Pulse extends FilterInputStream {
    Pulse(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int octet = in.read();
      if (octet >= 0) heard(1);
      return octet;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      if (read > 0) heard(read);
      return read;
    }
  }

  /// Tells of progress in steps that are worth a call.
  private void report(long bytes) {
    arrived += bytes;
    if (arrived >= PROGRESS_BYTES || bytes == 0 && arrived > 0) {
      sink.progress(arrived);
      arrived = 0;
    }
  }
}
