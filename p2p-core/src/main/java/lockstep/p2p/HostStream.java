package lockstep.p2p;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;
import lockstep.base.PeerId;

/// A stream whose protocol is agreed, or, where the peer is known to speak it, taken as agreed:
/// then the answer is read before the first byte of the peer.
final class HostStream implements PeerStream {
  private final HostConnection connection;
  private final String protocol;
  private final MuxedStream muxed;
  private final InputStream input;

  HostStream(HostConnection connection, String protocol, MuxedStream muxed, boolean answered) {
    this.connection = connection;
    this.protocol = protocol;
    this.muxed = muxed;
    this.input = answered ? muxed.in : new UnansweredInput();
  }

  HostConnection connection() {
    return connection;
  }

  @Override
  public PeerId peer() {
    return connection.peer();
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public boolean isLocal() {
    return LocalAddress.isLocal(connection.address());
  }

  @Override
  public boolean isSuperseded() {
    return connection.isSuperseded();
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return muxed.out;
  }

  @Override
  public void closeWrite() {
    muxed.closeWrite();
  }

  @Override
  public void reset() {
    muxed.reset("the stream was reset here");
  }

  @Override
  public void close() {
    muxed.close();
  }

  private final class UnansweredInput extends InputStream {
    private final ReentrantLock confirming = new ReentrantLock();
    private final Multistream.Answer answer = new Multistream.Answer(protocol);
    private volatile boolean confirmed;

    @Override
    public int read() throws IOException {
      confirm();
      return muxed.in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      confirm();
      return muxed.in.read(bytes, offset, length);
    }

    @Override
    public int available() throws IOException {
      return confirmed ? muxed.in.available() : 0;
    }

    private void confirm() throws IOException {
      if (confirmed) return;
      confirming.lock();
      try {
        answer.read(muxed.in);
        confirmed = true;
      } catch (InterruptedIOException e) {
        throw e; // The next read takes up where this one stopped.
      } catch (IOException e) {
        muxed.reset("the negotiation failed");
        throw e;
      } finally {
        confirming.unlock();
      }
    }
  }
}
