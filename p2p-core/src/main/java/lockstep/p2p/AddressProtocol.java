package lockstep.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;
import lockstep.base.PeerId;
import lockstep.base.Varints;

/// The components a [Multiaddr] may have, with the text and binary forms of their values.
enum AddressProtocol {
  IP4(4, Form.IP4),
  TCP(6, Form.PORT),
  IP6(41, Form.IP6),
  IP6ZONE(42, Form.TEXT),
  DNS(53, Form.TEXT),
  DNS4(54, Form.TEXT),
  DNS6(55, Form.TEXT),
  DNSADDR(56, Form.TEXT),
  UDP(273, Form.PORT),
  P2P_CIRCUIT(290, Form.NONE),
  P2P(421, Form.PEER),
  TLS(448, Form.NONE),
  SNI(449, Form.TEXT),
  NOISE(454, Form.NONE),
  QUIC(460, Form.NONE),
  QUIC_V1(461, Form.NONE),
  WS(477, Form.NONE),
  WSS(478, Form.NONE);

  private static final int VALUE_MAX = 512;

  private final int code;
  private final Form form;
  private final String text;

  private enum Form {
    NONE,
    IP4,
    IP6,
    PORT,
    TEXT,
    PEER
  }

  AddressProtocol(int code, Form form) {
    this.code = code;
    this.form = form;
    this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static AddressProtocol named(String text) {
    for (var protocol : values()) {
      if (protocol.text.equals(text)) return protocol;
    }
    if (text.equals("ipfs")) return P2P; // the old name
    throw new IllegalArgumentException("'%s' is no address protocol known here".formatted(text));
  }

  static AddressProtocol coded(long code) {
    for (var protocol : values()) {
      if (protocol.code == code) return protocol;
    }
    throw new IllegalArgumentException("address protocol %d is not known here".formatted(code));
  }

  int code() {
    return code;
  }

  String text() {
    return text;
  }

  boolean hasValue() {
    return form != Form.NONE;
  }

  boolean isHost() {
    return switch (this) {
      case IP4, IP6, DNS, DNS4, DNS6 -> true;
      default -> false;
    };
  }

  /// The one way to write a value.
  String canonical(String value) {
    return switch (form) {
      case NONE -> "";
      case IP4 -> IpLiteral.text(IpLiteral.parse4(value));
      case IP6 -> IpLiteral.text(IpLiteral.parse6(value));
      case PORT -> Integer.toString(port(value));
      case PEER -> PeerId.parse(value).toString();
      case TEXT -> checkedText(value);
    };
  }

  void write(String value, ByteArrayOutputStream out) {
    switch (form) {
      case NONE -> {}
      case IP4 -> out.writeBytes(IpLiteral.parse4(value));
      case IP6 -> out.writeBytes(IpLiteral.parse6(value));
      case PORT -> {
        int port = port(value);
        out.write(port >>> 8);
        out.write(port);
      }
      case PEER -> writeVariable(PeerId.parse(value).bytes(), out);
      case TEXT -> writeVariable(value.getBytes(UTF_8), out);
    }
  }

  String read(ByteArrayInputStream in) throws IOException {
    return switch (form) {
      case NONE -> "";
      case IP4 -> IpLiteral.text(take(in, 4));
      case IP6 -> IpLiteral.text(take(in, 16));
      case PORT -> {
        byte[] port = take(in, 2);
        yield Integer.toString((port[0] & 0xff) << 8 | port[1] & 0xff);
      }
      case PEER -> PeerId.fromBytes(takeVariable(in)).toString();
      case TEXT -> checkedText(decode(takeVariable(in)));
    };
  }

  private static int port(String value) {
    try {
      int port = Integer.parseInt(value);
      if (port >= 0 && port <= 0xffff && value.charAt(0) != '+') return port;
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("'%s' is no port number (0 to 65535)".formatted(value));
  }

  private static String checkedText(String value) {
    if (value.isEmpty() || value.indexOf('/') >= 0 || value.length() > VALUE_MAX) {
      throw new IllegalArgumentException("'%s' cannot stand in an address".formatted(value));
    }
    return value;
  }

  private static String decode(byte[] bytes) throws CharacterCodingException {
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static void writeVariable(byte[] value, ByteArrayOutputStream out) {
    byte[] length = new byte[Varints.LENGTH_MAX];
    out.write(length, 0, Varints.write(value.length, length, 0));
    out.writeBytes(value);
  }

  private static byte[] takeVariable(ByteArrayInputStream in) throws IOException {
    return take(in, (int) Varints.read(in, VALUE_MAX));
  }

  private static byte[] take(ByteArrayInputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) throw new EOFException("it ends within a value");
    return bytes;
  }
}
