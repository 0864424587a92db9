package lockstep.p2p;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The yamux protocol of one connection as a state machine: bytes in by [#receive], bytes out by
/// [#swap], no I/O, no threads, no locks, no clock of its own. The caller guards it by one lock and
/// passes monotonic nanoseconds. Wire notes, section 4.
///
/// Outgoing order is the order of the calls: control frames go before all data appended later, and
/// a FIN is queued only after the data before it, so the tail of a stream cannot be lost.
final class YamuxSession implements YamuxParser.Frames {
  private static final long SWEEP_NANOS = 1_000_000_000;

  /// A window that is used up so soon costs more in updates than it is worth, however near the peer
  /// is.
  private static final long SOON_NANOS = 10_000_000;

  private static final long CREDIT_MAX = 0xffff_ffffL;

  private final Limits limits;
  private final WindowBudget budget;
  private final boolean dialer;
  private final Keepalive keepalive;
  private final YamuxParser parser = new YamuxParser(this);

  private final Map<Integer, YamuxStream> streams = new HashMap<>();
  private final ArrayDeque<YamuxStream> inbound = new ArrayDeque<>();
  private int nextId;
  private int outboundStreams;
  private int unaccepted;
  private boolean closing;
  private boolean remoteClosing;
  private @Nullable IOException failure;

  private final Outbox outbox = new Outbox();

  // The frame whose payload is coming in.
  private @Nullable YamuxStream payloadStream;
  private boolean finAfterPayload;
  private int idleFrames;

  private long sweptNanos;

  /// @param dialer whether this side dialled, and so opens odd ids
  /// @param roundTrips is told each measured round trip in nanoseconds
  YamuxSession(boolean dialer, Limits limits, WindowBudget budget, LongConsumer roundTrips) {
    this.dialer = dialer;
    this.limits = limits;
    this.budget = budget;
    this.keepalive = new Keepalive(limits, roundTrips);
    this.nextId = dialer ? 1 : 2;
  }

  /// Whether [#open] may be called now; if not, a stream must end first.
  boolean canOpen() {
    return outboundStreams < limits.streamsPerConnection()
        && outbox.waitingControl() < limits.queuedControl()
        && budget.hasRoom(Yamux.INITIAL_WINDOW);
  }

  /// Opens a stream; its SYN leaves with the first data or flush.
  YamuxStream open(long now) throws IOException {
    if (failure != null) throw new IOException(failure.getMessage(), failure);
    if (closing || remoteClosing) throw new IOException("the connection is being closed");
    if (nextId < 0) throw new IOException("the connection has used up its stream ids");
    if (!budget.takeNew(Yamux.INITIAL_WINDOW)) {
      throw new IOException("too many streams with this peer: its memory limit is reached");
    }
    var stream = new YamuxStream(nextId, true, now);
    stream.accepted = true;
    nextId += 2;
    outboundStreams++;
    streams.put(stream.id, stream);
    outbox.controlLazily(Yamux.WINDOW_UPDATE, Yamux.SYN, stream.id, 0);
    return stream;
  }

  /// Appends as much of the bytes as credit and room allow, in one frame.
  ///
  /// @return how many were taken; 0 if there is no credit or no [#hasRoom]
  int send(YamuxStream stream, byte[] bytes, int offset, int length) {
    if (stream.sendCredit == 0 || !hasRoom()) return 0;
    int count = (int) Math.min(outbox.payloadRoom(length), stream.sendCredit);
    if (count == 0) return 0;
    stream.sendCredit -= count;
    outbox.data(takeAck(stream), stream.id, bytes, offset, count);
    return count;
  }

  /// Whether the outgoing batch can take data now.
  boolean hasRoom() {
    return outbox.hasRoom();
  }

  /// Says that nothing more will be sent on this stream.
  void finish(YamuxStream stream) {
    if (stream.finSent || stream.removed) return;
    stream.finSent = true;
    outbox.control(Yamux.WINDOW_UPDATE, Yamux.FIN | takeAck(stream), stream.id, 0);
    settle(stream);
  }

  /// Aborts the stream; both ends fail.
  void reset(YamuxStream stream, String why) {
    if (stream.removed) return;
    outbox.control(Yamux.WINDOW_UPDATE, Yamux.RST, stream.id, 0);
    stream.inbox.clear();
    fail(stream, new IOException(why));
  }

  /// Drops what was and will be received: the reader has gone.
  void discard(YamuxStream stream, long now) {
    if (stream.discarding) return;
    int unread = stream.inbox.size();
    stream.discarding = true;
    stream.lingerNanos = now + limits.lingerTime().toNanos();
    stream.inbox.clear();
    stream.readable();
    dropped(stream, unread, now);
  }

  /// Takes `count` read bytes off the inbox; gives the peer credit for them in time.
  void consume(YamuxStream stream, int count, long now) {
    stream.inbox.skip(count);
    grant(stream, now);
  }

  /// The next stream the peer opened, or null.
  @Nullable YamuxStream nextInbound() {
    return inbound.poll();
  }

  /// The protocol of an inbound stream is agreed.
  void accepted(YamuxStream stream) {
    if (!stream.accepted && !stream.removed) unaccepted--;
    stream.accepted = true;
  }

  /// What was appended so far shall leave though it fills no frame.
  void flush() {
    outbox.flush();
  }

  /// Whether there is something to send now.
  boolean wantsSwap() {
    return outbox.wantsSwap();
  }

  /// Hands out what is to be sent; `empty` takes what comes next.
  Batch swap(Batch empty) {
    return outbox.swap(empty);
  }

  /// Gives memory back; for times when nothing is sent.
  void trim() {
    outbox.trim();
    streams.values().forEach(stream -> stream.inbox.trim());
  }

  /// Opens no new streams and tells the peer so.
  void goAway(int code) {
    if (closing) return;
    closing = true;
    outbox.control(Yamux.GO_AWAY, 0, 0, code);
  }

  int streamCount() {
    return streams.size();
  }

  /// Whether new streams are still possible.
  boolean isOpen() {
    return !closing && !remoteClosing && failure == null;
  }

  /// The connection is gone: every stream ends. What was received can still be read.
  void fail(IOException cause) {
    if (failure != null) return;
    failure = cause;
    for (var stream : streams.values().toArray(YamuxStream[]::new)) {
      fail(stream, cause);
    }
  }

  /// Sends a due ping, ends streams that linger or were opened for nothing.
  ///
  /// @throws IOException if the peer counts as dead
  void tick(long now) throws IOException {
    keepalive.check(now);
    if (keepalive.due(now)) outbox.control(Yamux.PING, Yamux.SYN, 0, keepalive.ping(now));
    if (now - sweptNanos < SWEEP_NANOS) return;
    sweptNanos = now;
    for (var stream : streams.values().toArray(YamuxStream[]::new)) {
      if (stream.finSent && stream.discarding && now - stream.lingerNanos >= 0) {
        reset(stream, "the peer did not close the stream in time");
      } else if (!stream.accepted && now - stream.openedNanos >= negotiationNanos()) {
        reset(stream, "the peer did not choose a protocol in time");
      }
    }
  }

  /// How long [#tick] may wait.
  long nanosToTick(long now) {
    long pause = keepalive.nanosToTick(now);
    return unaccepted > 0 ? Math.min(pause, SWEEP_NANOS) : pause;
  }

  private long negotiationNanos() {
    return limits.negotiationTime().toNanos();
  }

  /// Takes bytes that came, cut anywhere.
  ///
  /// @throws lockstep.base.PeerViolationException if they break the protocol or a limit
  /// @throws IOException if the peer ended the connection because of an error
  void receive(byte[] bytes, int offset, int length, long now) throws IOException {
    keepalive.heard(now);
    parser.receive(bytes, offset, length, now);
  }

  @Override
  public int frame(int type, int flags, int id, int length, long now) throws IOException {
    if ((type == Yamux.DATA || type == Yamux.WINDOW_UPDATE) == (id == 0)) {
      throw Yamux.violation("type %d on stream %d".formatted(type, id));
    }
    switch (type) {
      case Yamux.DATA -> {
        return data(flags, id, length, now);
      }
      case Yamux.WINDOW_UPDATE -> windowUpdate(flags, id, length, now);
      case Yamux.PING -> ping(flags, length, now);
      case Yamux.GO_AWAY -> goneAway(length);
      default -> throw Yamux.violation("unknown frame type " + type);
    }
    return 0;
  }

  @Override
  public void payload(byte[] bytes, int offset, int length, boolean last, long now) {
    var stream = payloadStream;
    if (stream != null && !stream.removed) {
      stream.arriving -= length;
      if (stream.discarding) {
        dropped(stream, length, now);
      } else {
        stream.inbox.write(bytes, offset, length);
        stream.readable();
      }
      if (last && finAfterPayload) finished(stream);
    }
  }

  private int data(int flags, int id, int length, long now) throws IOException {
    if (length < 0 || length > limits.windowMax()) {
      throw Yamux.violation("a frame of %s bytes".formatted(Integer.toUnsignedString(length)));
    }
    var stream = find(flags, id, now);
    int credit = stream != null ? stream.credit : limits.windowMax();
    // A refused stream had no more than the first window either.
    if (stream == null && (flags & Yamux.SYN) != 0) credit = Yamux.INITIAL_WINDOW;
    if (length > credit) {
      throw Yamux.violation("%d bytes where %d were granted".formatted(length, credit));
    }
    countIdle(length == 0 && flags == 0 || stream == null);
    if (stream != null) {
      stream.credit -= length;
      stream.arriving = length;
      if (length == 0 && (flags & Yamux.FIN) != 0) finished(stream);
    }
    payloadStream = stream;
    finAfterPayload = (flags & Yamux.FIN) != 0;
    return length;
  }

  private void windowUpdate(int flags, int id, int delta, long now) throws IOException {
    var stream = find(flags, id, now);
    countIdle(delta == 0 && flags == 0 || stream == null);
    if (stream == null) return;
    stream.sendCredit += Integer.toUnsignedLong(delta);
    if (stream.sendCredit > CREDIT_MAX) throw Yamux.violation("a window of more than 32 bits");
    stream.writable();
    if ((flags & Yamux.FIN) != 0) finished(stream);
  }

  private void ping(int flags, int value, long now) throws IOException {
    countIdle(true);
    if ((flags & Yamux.SYN) != 0) {
      boundedControl(Yamux.PING, Yamux.ACK, 0, value);
    } else if ((flags & Yamux.ACK) != 0) {
      keepalive.pong(value, now);
      if (keepalive.due(now)) outbox.control(Yamux.PING, Yamux.SYN, 0, keepalive.ping(now));
    }
  }

  private void goneAway(int code) throws IOException {
    remoteClosing = true;
    if (code != Yamux.NORMAL) {
      throw new IOException("the peer ended the connection with yamux error " + code);
    }
  }

  /// The stream a frame belongs to, opened if it says so and limits allow; null if there is none
  /// (any more), so that payload is dropped.
  private @Nullable YamuxStream find(int flags, int id, long now) throws IOException {
    var stream = streams.get(id);
    if ((flags & Yamux.SYN) != 0) {
      if (stream != null) throw Yamux.violation("stream %d is opened twice".formatted(id));
      if ((id & 1) == 1 == dialer) throw Yamux.violation("stream %d has our parity".formatted(id));
      stream = openInbound(id, now);
    }
    if (stream != null && (flags & Yamux.RST) != 0) {
      if (!stream.finReceived) stream.inbox.clear();
      fail(stream, new IOException("the peer reset the stream"));
      return null;
    }
    return stream;
  }

  private @Nullable YamuxStream openInbound(int id, long now) throws IOException {
    boolean refused =
        closing
            || streams.size() - outboundStreams >= limits.streamsPerConnection()
            || unaccepted >= limits.unacceptedStreams()
            || !budget.takeNew(Yamux.INITIAL_WINDOW);
    if (refused) {
      boundedControl(Yamux.WINDOW_UPDATE, Yamux.RST, id, 0);
      return null;
    }
    var stream = new YamuxStream(id, false, now);
    stream.ackDue = true;
    unaccepted++;
    streams.put(id, stream);
    inbound.add(stream);
    return stream;
  }

  private void finished(YamuxStream stream) {
    stream.finReceived = true;
    stream.readable();
    settle(stream);
  }

  /// Removes a stream that both sides have closed.
  private void settle(YamuxStream stream) {
    if (stream.finSent && stream.finReceived) remove(stream);
  }

  private void fail(YamuxStream stream, IOException cause) {
    if (stream.failure == null) stream.failure = cause;
    remove(stream);
  }

  private void remove(YamuxStream stream) {
    if (stream.removed) return;
    stream.removed = true;
    streams.remove(stream.id);
    if (stream.outbound) outboundStreams--;
    if (!stream.accepted) unaccepted--;
    stream.readable();
    stream.writable();
    returnWindow(stream);
  }

  /// A removed stream keeps of its share of the budget what it takes for the bytes not read yet.
  private void returnWindow(YamuxStream stream) {
    if (stream.removed) {
      int unread = stream.inbox.size();
      budget.release(stream.window - unread);
      stream.window = unread;
    }
  }

  private void dropped(YamuxStream stream, int count, long now) {
    stream.discarded += count;
    if (stream.discarded > limits.discardMax()) {
      reset(stream, "the peer kept sending on a closed stream");
    } else {
      grant(stream, now);
    }
  }

  /// Gives the peer new credit once half the window was read. A window that is used up within a few
  /// round trips, or at once, limits the sender: it doubles.
  private void grant(YamuxStream stream, long now) {
    returnWindow(stream);
    if (stream.removed || stream.finReceived) return;
    int free = stream.window - stream.credit - stream.arriving - stream.inbox.size();
    if (free < stream.window / 2) return;
    long soon = Math.max(4 * keepalive.roundTripMin(), SOON_NANOS);
    if (now - stream.updatedNanos < soon) free += grow(stream);
    stream.updatedNanos = now;
    stream.credit += free;
    outbox.control(Yamux.WINDOW_UPDATE, takeAck(stream), stream.id, free);
  }

  private int grow(YamuxStream stream) {
    int growth = Math.min(stream.window, limits.windowMax() - stream.window);
    if (growth <= 0 || !budget.takeGrowth(growth)) return 0;
    stream.window += growth;
    return growth;
  }

  private static int takeAck(YamuxStream stream) {
    if (!stream.ackDue) return 0;
    stream.ackDue = false;
    return Yamux.ACK;
  }

  private void countIdle(boolean idle) throws IOException {
    idleFrames = idle ? idleFrames + 1 : 0;
    if (idleFrames > limits.idleFrames()) throw Yamux.violation("a flood of empty frames");
  }

  /// An answer that the peer asks for: it may not ask for more than it reads.
  private void boundedControl(int type, int flags, int id, int length) throws IOException {
    if (outbox.waitingControl() >= limits.queuedControl()) {
      throw Yamux.violation("it asks for more answers than it reads");
    }
    outbox.control(type, flags, id, length);
  }
}
