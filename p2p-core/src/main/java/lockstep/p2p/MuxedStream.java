package lockstep.p2p;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// One stream of a [Muxer] with blocking reads and writes. One thread may read while another
/// writes; two that do the same take turns.
final class MuxedStream {
  private final Muxer muxer;
  private final YamuxStream stream;
  private final ReentrantLock lock;
  private final Condition readable;
  private final Condition writable;

  /// Held by the one thread that reads, or writes. Taken before any lock of the muxer.
  private final ReentrantLock reading = new ReentrantLock();

  private final ReentrantLock writing = new ReentrantLock();

  final InputStream in = new In();
  final OutputStream out = new Out();

  MuxedStream(Muxer muxer, YamuxStream stream) {
    this.muxer = muxer;
    this.stream = stream;
    this.lock = muxer.lock();
    this.readable = lock.newCondition();
    this.writable = lock.newCondition();
    stream.watch(
        new YamuxStream.Watcher() {
          @Override
          public void readable() {
            readable.signalAll();
          }

          @Override
          public void writable() {
            writable.signalAll();
          }
        });
  }

  void accepted() {
    locked(() -> muxer.session().accepted(stream));
  }

  void closeWrite() {
    locked(() -> muxer.session().finish(stream));
  }

  void reset(String why) {
    locked(() -> muxer.session().reset(stream, why));
  }

  void close() {
    locked(
        () -> {
          muxer.session().finish(stream);
          muxer.session().discard(stream, muxer.now());
          stream.writable();
        });
  }

  void flush() {
    locked(() -> muxer.session().flush());
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
      muxer.wake();
    } finally {
      lock.unlock();
    }
  }

  private int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (length == 0) return 0;
    try {
      reading.lockInterruptibly();
    } catch (InterruptedException e) {
      throw Muxer.interrupted();
    }
    try {
      byte[] from;
      int at;
      int count;
      lock.lock();
      try {
        if (!awaitReadable()) return -1;
        from = stream.inbox.array();
        at = stream.inbox.head();
        count = Math.min(length, stream.inbox.run());
      } finally {
        lock.unlock();
      }
      // Outside the lock: see ByteRing.
      System.arraycopy(from, at, to, offset, count);
      locked(() -> consume(count));
      return count;
    } finally {
      reading.unlock();
    }
  }

  /// Takes what was copied off the inbox, unless a reset has emptied it meanwhile.
  private void consume(int count) {
    if (stream.inbox.size() >= count) muxer.session().consume(stream, count, muxer.now());
  }

  /// Waits for bytes; false at the end of the stream. Before it waits, everything written leaves,
  /// so that a question without flush does not wait for its answer forever.
  private boolean awaitReadable() throws IOException {
    try {
      while (stream.inbox.size() == 0) {
        if (stream.atEnd()) return false;
        muxer.session().flush();
        muxer.wake();
        readable.await();
      }
      return true;
    } catch (InterruptedException e) {
      throw Muxer.interrupted();
    }
  }

  private void write(byte[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    try {
      writing.lockInterruptibly();
    } catch (InterruptedException e) {
      throw Muxer.interrupted();
    }
    try {
      int end = offset + length;
      for (int at = offset; at < end; ) {
        int count = muxer.writeFrame(stream, from, at, end - at);
        if (count == 0) awaitCredit();
        at += count;
      }
    } finally {
      writing.unlock();
    }
  }

  private void awaitCredit() throws IOException {
    lock.lock();
    try {
      while (stream.sendCredit == 0) {
        stream.checkWritable();
        muxer.session().flush();
        muxer.wake();
        writable.await();
      }
    } catch (InterruptedException e) {
      throw Muxer.interrupted();
    } finally {
      lock.unlock();
    }
  }

  private final class In extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return MuxedStream.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      return MuxedStream.this.read(to, offset, length);
    }

    @Override
    public int available() {
      lock.lock();
      try {
        return stream.inbox.size();
      } finally {
        lock.unlock();
      }
    }
  }

  private final class Out extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      MuxedStream.this.write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      MuxedStream.this.write(from, offset, length);
    }

    @Override
    public void flush() {
      MuxedStream.this.flush();
    }

    @Override
    public void close() {
      closeWrite();
    }
  }
}
