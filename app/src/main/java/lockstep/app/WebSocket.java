package lockstep.app;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import lockstep.base.Entropy;

/// One side of a WebSocket (RFC 6455) that carries whole text messages. Sending and receiving may
/// go on in two threads at once.
public final class WebSocket {
  static final int MESSAGE_BYTES_MAX = 1 << 20;

  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private final DataInputStream in;
  private final OutputStream out;

  /// Present on the client's side, whose frames must be masked (section 5.3).
  private final Optional<Entropy> masking;

  private WebSocket(InputStream in, OutputStream out, Optional<Entropy> masking) {
    this.in = new DataInputStream(in);
    this.out = out;
    this.masking = masking;
  }

  /// Whether a request asks for a WebSocket.
  static boolean isAskedBy(HttpRequest request) {
    return request.header("upgrade").filter("websocket"::equalsIgnoreCase).isPresent()
        && request.header("sec-websocket-version").filter("13"::equals).isPresent()
        && request.header("sec-websocket-key").isPresent();
  }

  /// Answers the handshake of a request that asks for a WebSocket.
  static WebSocket accept(HttpRequest request, InputStream in, OutputStream out)
      throws IOException {
    String key = request.header("sec-websocket-key").orElseThrow();
    out.write(
        HttpResponse.head(
            101,
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + proof(key)
                + "\r\n"));
    out.flush();
    return new WebSocket(in, out, Optional.empty());
  }

  /// The client's side, once the server has answered the handshake.
  static WebSocket ofClient(InputStream in, OutputStream out, Entropy entropy) {
    return new WebSocket(in, out, Optional.of(entropy));
  }

  /// What the server must answer to a handshake's key (section 4.2.2).
  static String proof(String key) {
    try {
      byte[] text =
          (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-1", impossible);
    }
  }

  void send(String message) throws IOException {
    frame(TEXT, message.getBytes(StandardCharsets.UTF_8));
  }

  /// Says that nothing more will be sent.
  void sendClose() throws IOException {
    frame(CLOSE, new byte[0]);
  }

  /// The next message, or empty once the other side has closed. Pings are answered on the way.
  public Optional<String> receive() throws IOException {
    try {
      for (; ; ) {
        int first = in.readUnsignedByte();
        byte[] payload = payload();
        if ((first & 0x80) == 0) throw new IOException("fragmented messages are not taken");
        switch (first & 0x0f) {
          case TEXT -> {
            return Optional.of(new String(payload, StandardCharsets.UTF_8));
          }
          case PING -> frame(PONG, payload);
          case PONG -> {}
          case CLOSE -> {
            return Optional.empty();
          }
          default -> throw new IOException("unknown kind of frame");
        }
      }
    } catch (EOFException closed) {
      return Optional.empty();
    }
  }

  private byte[] payload() throws IOException {
    int second = in.readUnsignedByte();
    boolean masked = (second & 0x80) != 0;
    long length =
        switch (second & 0x7f) {
          case 126 -> in.readUnsignedShort();
          case 127 -> in.readLong();
          default -> second & 0x7f;
        };
    if (length < 0 || length > MESSAGE_BYTES_MAX) throw new IOException("message too large");
    byte[] mask = new byte[4];
    if (masked) in.readFully(mask);
    byte[] payload = new byte[(int) length];
    in.readFully(payload);
    if (masked) apply(mask, payload);
    return payload;
  }

  private static void apply(byte[] mask, byte[] payload) {
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i & 3];
    }
  }

  private synchronized void frame(int kind, byte[] payload) throws IOException {
    int maskBit = masking.isPresent() ? 0x80 : 0;
    var head = ByteBuffer.allocate(14).put((byte) (0x80 | kind));
    if (payload.length < 126) {
      head.put((byte) (maskBit | payload.length));
    } else if (payload.length <= 0xffff) {
      head.put((byte) (maskBit | 126)).putShort((short) payload.length);
    } else {
      head.put((byte) (maskBit | 127)).putLong(payload.length);
    }
    byte[] body = payload.clone();
    masking.ifPresent(
        entropy -> {
          byte[] mask = entropy.bytes(4);
          head.put(mask);
          apply(mask, body);
        });
    out.write(head.array(), 0, head.position());
    out.write(body);
    out.flush();
  }
}
