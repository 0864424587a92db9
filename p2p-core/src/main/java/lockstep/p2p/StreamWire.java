package lockstep.p2p;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/// A stream to a relay that has become a road to another peer.
final class StreamWire implements Wire {
  private final HostStream stream;
  private final CountDownLatch closed = new CountDownLatch(1);

  StreamWire(HostStream stream) {
    this.stream = stream;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    int at = to.arrayOffset() + to.position();
    int count = stream.input().read(to.array(), at, to.remaining());
    if (count > 0) to.position(to.position() + count);
    return count;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int count = from.remaining();
    stream.output().write(from.array(), from.arrayOffset() + from.position(), count);
    stream.output().flush();
    from.position(from.limit());
    return count;
  }

  @Override
  public void shutdownOutput() {
    stream.closeWrite();
  }

  @Override
  public boolean isOpen() {
    return closed.getCount() > 0;
  }

  /// Waits until the connection on this wire is over.
  void awaitClose() throws InterruptedException {
    closed.await();
  }

  /// A stream that both sides have closed is over already; any other fails, as a socket would.
  @Override
  public void close() {
    stream.reset();
    closed.countDown();
  }
}
