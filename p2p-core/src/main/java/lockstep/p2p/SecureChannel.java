package lockstep.p2p;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;

/// A [Wire] after the Noise handshake: encrypted frames both ways. One thread reads, one writes;
/// neither may ever be interrupted, since that would close a socket.
final class SecureChannel implements AutoCloseable {
  private static final int LENGTH_BYTES = 2;

  private static final String CUT = "the peer closed the connection within a frame";

  private final Wire wire;
  private final SocketInput in;
  private final NoiseHandshake.CipherPair ciphers;
  private final PeerId peer;
  private final boolean initiator;

  // The opened frame: within `in.array()`, until the next one is opened.
  private int plainAt;
  private int plainLeft;
  private int frameLength;

  /// @param initiator whether this side spoke first in the handshake
  SecureChannel(
      Wire wire,
      SocketInput in,
      NoiseHandshake.CipherPair ciphers,
      PeerId peer,
      boolean initiator) {
    this.wire = wire;
    this.in = in;
    this.ciphers = ciphers;
    this.peer = peer;
    this.initiator = initiator;
  }

  PeerId peer() {
    return peer;
  }

  Wire wire() {
    return wire;
  }

  /// Whether this side spoke first: in all that follows it is the client.
  boolean initiator() {
    return initiator;
  }

  /// Waits for plaintext, which then lies in [#array()] from [#position()] on until [#consumeAll].
  ///
  /// @return false if the peer closed the connection
  boolean receive() throws IOException {
    while (plainLeft == 0) {
      in.skip(frameLength);
      frameLength = 0;
      if (!in.require(LENGTH_BYTES)) return false;
      int at = in.position();
      int length = (in.array()[at] & 0xff) << 8 | in.array()[at + 1] & 0xff;
      if (!in.require(LENGTH_BYTES + length)) throw new EOFException(CUT);
      plainAt = in.position() + LENGTH_BYTES;
      plainLeft = ciphers.receiving().open(in.array(), plainAt, length);
      frameLength = LENGTH_BYTES + length;
    }
    return true;
  }

  byte[] array() {
    return in.array();
  }

  int position() {
    return plainAt;
  }

  int available() {
    return plainLeft;
  }

  void consumeAll() {
    plainLeft = 0;
  }

  /// The plaintext as a stream, for a negotiation before the muxer takes over.
  InputStream plainInput() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        if (!receive()) return -1;
        plainLeft--;
        return in.array()[plainAt++] & 0xff;
      }
    };
  }

  /// Seals a batch and sends all of it.
  ///
  /// @return the bytes sent
  int send(Batch batch) throws IOException {
    int length = batch.seal(ciphers.sending()::seal);
    var bytes = ByteBuffer.wrap(batch.array(), 0, length);
    Sockets.writeFully(wire, bytes);
    batch.clear();
    return length;
  }

  /// Sends a few bytes before the muxer takes over.
  void send(byte[] plain) throws IOException {
    if (plain.length > Noise.PLAIN_MAX) throw new PeerViolationException("too long a message");
    var batch = new Batch();
    batch.put(plain, 0, plain.length);
    send(batch);
  }

  void shutdownOutput() throws IOException {
    wire.shutdownOutput();
  }

  /// Throws away what still comes, until the peer closes the connection.
  void drain() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }

  @Override
  public void close() {
    Sockets.close(wire);
  }
}
