package lockstep.p2p.gossip;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/// What waits to be written to one peer. A peer that does not keep up loses gossip first, then
/// messages; control never, since both sides would then be of two minds: rather the stream ends.
/// Thread-safe.
final class SendQueue {
  private final Queue<byte[]> frames = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  /// Adds what there is room for.
  ///
  /// @return false if there is not even room for control
  synchronized boolean offer(Rpc rpc) {
    boolean added =
        offer(rpc, Bounds.QUEUE_BYTES / 2)
            || offer(rpc.withoutGossip(), Bounds.QUEUE_BYTES)
            || offer(rpc.controlOnly(), Bounds.QUEUE_BYTES + Bounds.QUEUE_CONTROL_BYTES);
    notifyAll();
    return added;
  }

  private boolean offer(Rpc rpc, long bytesMax) {
    if (rpc.isEmpty()) return true;
    if (bytes > bytesMax) return false;
    List<byte[]> encoded = RpcCodec.encode(rpc);
    long more = encoded.stream().mapToLong(it -> it.length).sum();
    if (bytes + more > bytesMax) return false;
    frames.addAll(encoded);
    bytes += more;
    return true;
  }

  /// Waits for an RPC; empty once the queue is closed.
  synchronized Optional<byte[]> take() throws InterruptedException {
    while (frames.isEmpty() && !closed) {
      wait();
    }
    byte[] frame = closed ? null : frames.remove();
    if (frame != null) bytes -= frame.length;
    return Optional.ofNullable(frame);
  }

  synchronized boolean isEmpty() {
    return frames.isEmpty();
  }

  synchronized void clear() {
    frames.clear();
    bytes = 0;
  }

  /// Nobody is to wait any more.
  synchronized void close() {
    closed = true;
    clear();
    notifyAll();
  }
}
