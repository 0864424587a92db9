package lockstep.chunk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import lockstep.base.Blake3;
import lockstep.base.Content;

/// Reads a file once and says what it consists of.
public final class Splitter {
  private Splitter() {}

  /// Where bytes come from; `DiskFile::read` fits. Called by one thread at a time, not always the
  /// same.
  @FunctionalInterface
  public interface Source {
    /// Reads up to `length` bytes from `position` into `buffer` at `offset`.
    ///
    /// @return bytes read, at least 1; or -1 at or past the end
    int read(byte[] buffer, int offset, int length, long position) throws IOException;
  }

  /// Cuts the first `size` bytes of `in` into chunks and hashes them. Small files take one buffer
  /// of their size; of large ones a second thread reads and cuts what comes next, and then helps to
  /// hash.
  ///
  /// @param nodes receives the manifest's nodes, children first, once the whole file was read; none
  ///   for a file of one chunk
  /// @throws ContentChangedException if the source ends before `size` bytes
  /// @throws IllegalArgumentException if the size is above [Chunking#SIZE_MAX]
  public static Manifest split(Source in, long size, NodeSink nodes) throws IOException {
    if (Chunking.isSingle(size)) return single(in, (int) size);
    Blake3.expect(size);
    var cutter = new Cutter(in, size);
    var chunks = new Manifest.Builder(cutter.expectedChunks());
    hash(cutter, chunks);
    return chunks.build(ManifestTree.build(chunks, nodes));
  }

  private static Manifest single(Source in, int size) throws IOException {
    byte[] bytes = new byte[size];
    Cutter.readFully(in, bytes, 0, size, 0);
    return Manifest.single(new Content(size, Blake3.of(bytes)));
  }

  private static void hash(Cutter cutter, Manifest.Builder chunks) throws IOException {
    Cutter.Batch batch = cutter.next(cutter.newBatch());
    if (cutter.isDone()) {
      var hashes = new Hashing(batch);
      hashes.help();
      hashes.addTo(chunks);
      return;
    }
    Cutter.Batch spare = cutter.newBatch();
    while (batch.count() > 0) {
      var hashes = new Hashing(batch);
      Cutter.Batch free = spare;
      var ahead = new FutureTask<>(() -> hashes.helpAfter(cutter.next(free)));
      Thread.startVirtualThread(ahead);
      hashes.help();
      spare = batch;
      batch = await(ahead);
      hashes.addTo(chunks);
    }
  }

  /// The hashes of a batch's chunks, made by any number of threads.
  private static final class Hashing {
    private final Cutter.Batch batch;
    private final Blake3[] hashes;
    private final AtomicInteger next = new AtomicInteger();

    Hashing(Cutter.Batch batch) {
      this.batch = batch;
      this.hashes = new Blake3[batch.count()];
    }

    /// Hashes chunks that nobody has taken yet until there are none; others may still be at theirs.
    void help() {
      for (int i; (i = next.getAndIncrement()) < hashes.length; ) {
        hashes[i] = Blake3.of(batch.bytes(), batch.offset(i), batch.length(i));
      }
    }

    Cutter.Batch helpAfter(Cutter.Batch result) {
      help();
      return result;
    }

    /// Once all who helped are done.
    void addTo(Manifest.Builder chunks) {
      for (int i = 0; i < hashes.length; i++) {
        chunks.add(hashes[i], batch.length(i));
      }
    }
  }

  private static Cutter.Batch await(FutureTask<Cutter.Batch> ahead) throws IOException {
    try {
      return ahead.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) throw cause;
      throw new IllegalStateException("cutting a file into chunks failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading a file");
    }
  }
}
