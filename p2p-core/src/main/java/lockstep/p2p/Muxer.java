package lockstep.p2p;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import lockstep.base.PeerViolationException;
import lockstep.base.TimeSource;
import org.jspecify.annotations.Nullable;

/// The blocking shell around a [YamuxSession]: one virtual thread reads the socket, one writes it,
/// one watches the clock, and the threads of streams only ever wait on conditions. So whoever uses
/// a stream may be interrupted without harm to the connection, and the reader never waits for the
/// writer.
///
/// Data of streams enters the outgoing batch frame by frame, in turns, while the writer seals and
/// sends the batch before it.
final class Muxer {
  /// A connection that sends nothing for so long gives its buffers back.
  private static final long IDLE_NANOS = 5_000_000_000L;

  /// Room in the budget that another connection to the peer makes is not signalled to this one.
  private static final long OPEN_SLICE_NANOS = 50_000_000;

  private final SecureChannel channel;
  private final TimeSource time;
  private final Limits limits;
  private final Consumer<MuxedStream> inbound;
  private final Consumer<IOException> ended;

  /// Guards the session and all its streams.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition outgoing = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Condition openable = lock.newCondition();
  private final Condition ticking = lock.newCondition();

  /// Held for one frame, first come first served: streams take turns. Taken before `lock`.
  private final ReentrantLock turn = new ReentrantLock(true);

  private final YamuxSession session;
  private final AtomicBoolean over = new AtomicBoolean();
  private boolean closing;
  private boolean stopped;
  private volatile @Nullable Deadline closeDeadline;
  private volatile long bytesSent;
  private final RateMeter received = new RateMeter();

  /// @param inbound is called on the reading thread with each stream the peer opens; must not block
  /// @param ended is called once, when the connection is gone
  Muxer(
      SecureChannel channel,
      boolean dialer,
      Limits limits,
      TimeSource time,
      WindowBudget budget,
      LongConsumer roundTrips,
      Consumer<MuxedStream> inbound,
      Consumer<IOException> ended) {
    this.channel = channel;
    this.time = time;
    this.limits = limits;
    this.inbound = inbound;
    this.ended = ended;
    this.session = new YamuxSession(dialer, limits, budget, roundTrips);
  }

  void start() {
    String name = channel.peer().brief();
    Thread.ofVirtual().name("p2p-read-" + name).start(this::readLoop);
    Thread.ofVirtual().name("p2p-write-" + name).start(this::writeLoop);
    Thread.ofVirtual().name("p2p-watch-" + name).start(this::watchLoop);
  }

  /// Opens a stream; waits while there are as many as allowed.
  MuxedStream open() throws IOException {
    lock.lock();
    try {
      long left = limits.negotiationTime().toNanos();
      while (session.isOpen() && !session.canOpen()) {
        if (left <= 0) throw new IOException("too many open streams with this peer");
        long slice = Math.min(left, OPEN_SLICE_NANOS);
        left -= slice - openable.awaitNanos(slice);
      }
      return new MuxedStream(this, session.open(time.monotonicNanos()));
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      lock.unlock();
    }
  }

  boolean isOpen() {
    lock.lock();
    try {
      return session.isOpen();
    } finally {
      lock.unlock();
    }
  }

  long bytesSent() {
    return bytesSent;
  }

  RateMeter received() {
    return received;
  }

  /// Waits until no stream is open, or the connection has ended; for `least` in any case, since the
  /// peer may be about to open one, and for `most` at the most.
  void awaitQuiet(Duration least, Duration most) throws InterruptedException {
    lock.lock();
    try {
      long waited = 0;
      while (!stopped
          && waited < most.toNanos()
          && (waited < least.toNanos() || session.streamCount() > 0)) {
        waited += OPEN_SLICE_NANOS - openable.awaitNanos(OPEN_SLICE_NANOS);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Ends the connection in order: what was written still leaves, the peer is told.
  void close() {
    close(Yamux.NORMAL, new IOException("the connection was closed"));
  }

  private void close(int code, IOException cause) {
    lock.lock();
    try {
      if (closing) return;
      closing = true;
      session.goAway(code);
      outgoing.signal();
    } finally {
      lock.unlock();
    }
    // A peer that does not take its last bytes in time loses them.
    closeDeadline = Deadline.after(limits.closeTime(), () -> end(cause));
  }

  // ---- For the streams; all of it under the lock.

  ReentrantLock lock() {
    return lock;
  }

  YamuxSession session() {
    return session;
  }

  long now() {
    return time.monotonicNanos();
  }

  /// To be called under the lock after whatever may have given the writer work.
  void wake() {
    if (session.wantsSwap()) outgoing.signal();
    if (session.canOpen()) openable.signal();
  }

  /// Writes at most one frame; waits for the stream's turn and for room, not for credit.
  ///
  /// @return how many bytes were taken; 0 if the stream has no credit
  int writeFrame(YamuxStream stream, byte[] bytes, int offset, int length) throws IOException {
    try {
      turn.lockInterruptibly();
      try {
        lock.lockInterruptibly();
        try {
          stream.checkWritable();
          while (!session.hasRoom()) {
            session.flush();
            outgoing.signal();
            room.await();
            stream.checkWritable();
          }
          int count = session.send(stream, bytes, offset, length);
          if (session.wantsSwap()) outgoing.signal();
          return count;
        } finally {
          lock.unlock();
        }
      } finally {
        turn.unlock();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting for a peer");
  }

  // ---- The two threads

  private void readLoop() {
    IOException cause = new IOException("the peer closed the connection");
    try {
      while (channel.receive()) {
        received.add(channel.available(), time.monotonicNanos());
        receive();
        channel.consumeAll();
      }
    } catch (PeerViolationException e) {
      cause = e;
      goAway(e);
    } catch (IOException e) {
      cause = e;
    } catch (RuntimeException | Error e) {
      cause = new IOException("the connection failed: " + e, e);
    }
    end(cause);
  }

  /// Tells the peer of its fault and waits, not for long, until it has gone. What it still sends is
  /// thrown away: to close a socket with unread bytes resets it, and the peer would never learn
  /// why.
  private void goAway(PeerViolationException fault) {
    close(Yamux.PROTOCOL_ERROR, fault);
    try {
      channel.drain();
    } catch (IOException broken) {
      // gone as well
    }
  }

  private void receive() throws IOException {
    lock.lock();
    try {
      session.receive(channel.array(), channel.position(), channel.available(), now());
    } finally {
      // Also after a violation: what came before it counts.
      for (var s = session.nextInbound(); s != null; s = session.nextInbound()) {
        inbound.accept(new MuxedStream(this, s));
        ticking.signal(); // its negotiation has a deadline
      }
      wake();
      lock.unlock();
    }
  }

  private void writeLoop() {
    var spare = new Batch();
    try {
      for (var full = nextBatch(spare); full != null; full = nextBatch(spare)) {
        bytesSent = bytesSent + channel.send(full);
        spare = full;
      }
      channel.shutdownOutput();
    } catch (IOException e) {
      end(e);
    } catch (RuntimeException | Error e) {
      end(new IOException("the connection failed: " + e, e));
    }
  }

  /// Waits for something to send; null when the connection shall end.
  private @Nullable Batch nextBatch(Batch spare) throws InterruptedIOException {
    lock.lock();
    try {
      boolean idle = false;
      while (!stopped) {
        if (closing) session.flush();
        if (session.wantsSwap()) {
          room.signalAll();
          return session.swap(spare);
        }
        if (closing) return null;
        if (idle) {
          outgoing.await();
        } else if (outgoing.awaitNanos(IDLE_NANOS) <= 0) {
          idle = true;
          session.trim();
          spare.trim();
        }
      }
      return null;
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      lock.unlock();
    }
  }

  /// Not the writer's work: that one may be stuck with a peer that takes nothing.
  private void watchLoop() {
    try {
      watch();
    } catch (IOException e) {
      end(e);
    }
  }

  private void watch() throws IOException {
    lock.lock();
    try {
      while (!stopped) {
        session.tick(now());
        wake();
        ticking.awaitNanos(session.nanosToTick(now()));
      }
    } catch (InterruptedException e) {
      throw interrupted();
    } finally {
      lock.unlock();
    }
  }

  private void end(IOException cause) {
    if (!over.compareAndSet(false, true)) return;
    lock.lock();
    try {
      stopped = true;
      session.fail(cause);
      outgoing.signal();
      ticking.signal();
      room.signalAll();
      openable.signalAll();
    } finally {
      lock.unlock();
    }
    channel.close();
    var deadline = closeDeadline;
    if (deadline != null) deadline.close();
    ended.accept(cause);
  }
}
