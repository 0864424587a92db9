package lockstep.chunk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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
  /// of their size; in large ones reading and cutting run ahead of hashing on a thread of their
  /// own.
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
      hash(batch, chunks);
      return;
    }
    Cutter.Batch spare = cutter.newBatch();
    while (batch.count() > 0) {
      Cutter.Batch free = spare;
      var ahead = new FutureTask<>(() -> cutter.next(free));
      Thread.startVirtualThread(ahead);
      hash(batch, chunks);
      spare = batch;
      batch = await(ahead);
    }
  }

  private static void hash(Cutter.Batch batch, Manifest.Builder chunks) {
    int at = 0;
    for (int i = 0; i < batch.count(); i++) {
      int length = batch.length(i);
      chunks.add(Blake3.of(batch.bytes(), at, length), length);
      at += length;
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
