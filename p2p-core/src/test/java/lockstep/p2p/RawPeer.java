package lockstep.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import lockstep.base.Entropy;
import lockstep.base.PrivateKey;

/// A dialler that speaks TCP, multistream-select, Noise and yamux frame by frame, written for tests
/// from the specifications alone: behaves as well or as badly as a test wants it to.
final class RawPeer implements AutoCloseable {
  static final int DATA = 0;
  static final int WINDOW = 1;
  static final int PING = 2;
  static final int GO_AWAY = 3;

  static final int SYN = 1;
  static final int ACK = 2;
  static final int FIN = 4;
  static final int RST = 8;

  private static final int HEADER = 12;
  private static final int SECONDS_MAX = 20;

  private final Socket socket;
  private final DataInputStream in;
  private final RawNoise noise;
  private ByteBuffer decrypted = ByteBuffer.allocate(0);

  /// A yamux frame; the payload is empty but for DATA.
  record Frame(int version, int type, int flags, int id, int length, byte[] payload) {}

  private RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.noise = new RawNoise(in, socket.getOutputStream());
  }

  /// Connects to a port of this machine and says nothing yet.
  static RawPeer tcp(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(SECONDS_MAX * 1000);
    socket.setTcpNoDelay(true);
    return new RawPeer(socket);
  }

  /// Connects and agrees on Noise, whose handshake is still to come.
  static RawPeer negotiated(int port) throws IOException {
    var peer = tcp(port);
    peer.send(text("/multistream/1.0.0"), text("/noise"));
    peer.expectPlain("/multistream/1.0.0");
    peer.expectPlain("/noise");
    return peer;
  }

  /// Connects under a fresh identity, up to an open yamux session.
  static RawPeer connected(int port) throws IOException, GeneralSecurityException {
    return connected(port, PrivateKey.generate(Entropy.system()));
  }

  /// Connects under an identity, up to an open yamux session.
  static RawPeer connected(int port, PrivateKey identity)
      throws IOException, GeneralSecurityException {
    var peer = negotiated(port);
    peer.noise.handshake(identity, identity.publicKey());
    peer.noise.write(concat(text("/multistream/1.0.0"), text("/yamux/1.0.0")));
    peer.expectSecure("/multistream/1.0.0");
    peer.expectSecure("/yamux/1.0.0");
    return peer;
  }

  RawNoise noise() {
    return noise;
  }

  /// Sends bytes as they are, below all layers.
  void send(byte[]... parts) throws IOException {
    socket.getOutputStream().write(concat(parts));
    socket.getOutputStream().flush();
  }

  /// Sends a yamux frame; `length` need not be that of the payload.
  void frame(int type, int flags, int id, int length, byte... payload)
      throws IOException, GeneralSecurityException {
    secure(concat(header(0, type, flags, id, length), payload));
  }

  /// Sends DATA whose length is true.
  void data(int flags, int id, byte... payload) throws IOException, GeneralSecurityException {
    frame(DATA, flags, id, payload.length, payload);
  }

  /// Sends anything through the encrypted channel.
  void secure(byte[] bytes) throws IOException, GeneralSecurityException {
    noise.write(bytes);
  }

  /// Opens a stream and proposes a protocol, without waiting for an answer.
  void open(int id, String protocol) throws IOException, GeneralSecurityException {
    data(SYN, id, concat(text("/multistream/1.0.0"), text(protocol)));
  }

  /// The next frame of the session. Answers pings, as any peer must.
  Frame next() throws IOException, GeneralSecurityException {
    while (true) {
      var header = ByteBuffer.wrap(take(HEADER));
      int version = header.get();
      int type = header.get();
      int flags = header.getShort();
      int id = header.getInt();
      int length = header.getInt();
      var frame = new Frame(version, type, flags, id, length, take(type == DATA ? length : 0));
      if (type != PING || flags != SYN) {
        return frame;
      }
      frame(PING, ACK, 0, length);
    }
  }

  /// Reads until the other side has closed the connection.
  ///
  /// @return the code of its GO_AWAY, or -1 if there was none
  int untilClosed() throws IOException, GeneralSecurityException {
    int code = -1;
    try {
      while (true) {
        Frame frame = next();
        if (frame.type() == GO_AWAY) {
          code = frame.length();
        }
      }
    } catch (EOFException | SocketException e) {
      return code;
    }
  }

  /// Reads bytes below all layers until the other side has closed the connection.
  void untilClosedPlain() throws IOException {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (SocketException e) {
      // a reset is a close too
    }
  }

  static byte[] text(String protocol) {
    byte[] line = (protocol + "\n").getBytes(UTF_8);
    return concat(new byte[] {(byte) line.length}, line); // all are shorter than 128 bytes
  }

  static byte[] header(int version, int type, int flags, int id, int length) {
    return ByteBuffer.allocate(HEADER)
        .put((byte) version)
        .put((byte) type)
        .putShort((short) flags)
        .putInt(id)
        .putInt(length)
        .array();
  }

  static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private void expectPlain(String protocol) throws IOException {
    byte[] expected = text(protocol);
    byte[] actual = new byte[expected.length];
    in.readFully(actual);
    expect(expected, actual);
  }

  private void expectSecure(String protocol) throws IOException, GeneralSecurityException {
    byte[] expected = text(protocol);
    expect(expected, take(expected.length));
  }

  private static void expect(byte[] expected, byte[] actual) throws IOException {
    if (!Arrays.equals(expected, actual)) {
      throw new IOException(
          "expected " + new String(expected, UTF_8) + ", got " + new String(actual, UTF_8));
    }
  }

  private byte[] take(int length) throws IOException, GeneralSecurityException {
    var taken = ByteBuffer.allocate(length);
    while (taken.hasRemaining()) {
      if (!decrypted.hasRemaining()) {
        decrypted = ByteBuffer.wrap(noise.read());
      }
      int part = Math.min(taken.remaining(), decrypted.remaining());
      taken.put(taken.position(), decrypted, decrypted.position(), part);
      taken.position(taken.position() + part);
      decrypted.position(decrypted.position() + part);
    }
    return taken.array();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
