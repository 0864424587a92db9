package lockstep.chunk;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads a file of more than one chunk from begin to end and cuts it, a batch at a time. Not
/// thread-safe, but each call may come from another thread.
final class Cutter {
  private static final int BATCH_BYTES = 1 << 20;
  private static final int LONGEST_IN_BATCH = 4;

  private final Splitter.Source in;
  private final long size;
  private final Chunking chunking;
  private final @Nullable FastCdc fastCdc;

  private long position;

  /// The batch before, whose last bytes, from `restFrom` to its end, were not cut yet.
  private @Nullable Batch before;

  private int restFrom;

  Cutter(Splitter.Source in, long size) {
    this.in = in;
    this.size = size;
    this.chunking = Chunking.of(size);
    this.fastCdc = chunking instanceof Chunking.ByContent sizes ? new FastCdc(sizes) : null;
  }

  /// Some more than there will be, mostly.
  int expectedChunks() {
    return (int) (size / (chunking.longest() / 2)) + 1;
  }

  Batch newBatch() {
    int bytes = Math.max(BATCH_BYTES, LONGEST_IN_BATCH * chunking.longest());
    return new Batch(new byte[(int) Math.min(size, bytes)], chunking.shortest());
  }

  /// Whether the last batch reached the end of the file.
  boolean isDone() {
    return position == size;
  }

  /// Fills a batch with the next chunks: with none at the end. What stood in it is lost, but the
  /// batch returned before it must be left alone until this returns.
  Batch next(Batch batch) throws IOException {
    batch.clear();
    int filled = takeRest(batch);
    int more = (int) Math.min(batch.bytes.length - filled, size - position);
    readFully(in, batch.bytes, filled, more, position);
    position += more;
    batch.filled = filled + more;
    restFrom = cut(batch);
    before = batch;
    return batch;
  }

  private int takeRest(Batch batch) {
    if (before == null) return 0;
    int length = before.filled - restFrom;
    System.arraycopy(before.bytes, restFrom, batch.bytes, 0, length);
    return length;
  }

  private int cut(Batch batch) {
    int at = 0;
    while (at < batch.filled) {
      int available = batch.filled - at;
      if (available < chunking.longest() && position < size) break;
      int length =
          fastCdc == null
              ? Math.min(available, chunking.longest())
              : fastCdc.cut(batch.bytes, at, available);
      batch.add(length);
      at += length;
    }
    return at;
  }

  /// @throws ContentChangedException if the source ends early
  static void readFully(Splitter.Source in, byte[] buffer, int offset, int length, long position)
      throws IOException {
    for (int done = 0; done < length; ) {
      int read = in.read(buffer, offset + done, length - done, position + done);
      if (read < 0) {
        throw new ContentChangedException(
            "the file ended at %d bytes, it had more when it was looked at"
                .formatted(position + done));
      }
      done += read;
    }
  }

  /// Bytes with the lengths of the chunks that they begin with.
  static final class Batch {
    private final byte[] bytes;

    /// Where each chunk ends.
    private int[] ends;

    private int count;
    private int filled;

    private Batch(byte[] bytes, int shortest) {
      this.bytes = bytes;
      this.ends = new int[bytes.length / shortest + 1];
    }

    private void clear() {
      count = 0;
    }

    private void add(int length) {
      if (count == ends.length) ends = Arrays.copyOf(ends, 2 * count);
      int end = offset(count) + length;
      ends[count++] = end;
    }

    byte[] bytes() {
      return bytes;
    }

    int count() {
      return count;
    }

    int offset(int i) {
      return i == 0 ? 0 : ends[i - 1];
    }

    int length(int i) {
      return ends[i] - offset(i);
    }
  }
}
