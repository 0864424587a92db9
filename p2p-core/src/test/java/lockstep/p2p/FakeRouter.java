package lockstep.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A router on loopback that speaks one of the protocols, as a test tells it.
final class FakeRouter implements AutoCloseable {
  static final String OUTSIDE = "203.0.113.7";

  private final DatagramSocket udp = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
  private final ServerSocket http = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
  private final Speech speech;

  /// Inner port by outer port.
  final Map<Integer, Integer> mapped = new ConcurrentHashMap<>();

  /// What it says its own outer address is.
  volatile String outside = OUTSIDE;

  volatile int seconds = 3600;

  /// What a router knows.
  enum Speech {
    PCP,
    NAT_PMP,
    UPNP,
    NOTHING,
    /// Answers, but to what nobody asked.
    NONSENSE
  }

  FakeRouter(Speech speech) throws IOException {
    this.speech = speech;
    Thread.ofVirtual().start(this::listen);
    Thread.ofVirtual().start(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) udp.getLocalSocketAddress();
  }

  Gateways.Gateway gateway() {
    return new Gateways.Gateway(InetAddress.getLoopbackAddress(), InetAddress.getLoopbackAddress());
  }

  private void listen() {
    try {
      while (true) {
        var packet = new DatagramPacket(new byte[1500], 1500);
        udp.receive(packet);
        byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
        if (answer.length > 0) {
          udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException closed) {
      // the end
    }
  }

  private byte[] answer(byte[] asked) {
    return switch (speech) {
      case NOTHING -> new byte[0];
      case NONSENSE -> nonsense(asked);
      case UPNP ->
          new String(asked, UTF_8).startsWith("M-SEARCH")
              ? "HTTP/1.1 200 OK\r\nLOCATION: http://127.0.0.1:%d/root.xml\r\n\r\n"
                  .formatted(http.getLocalPort())
                  .getBytes(UTF_8)
              : new byte[0];
      case PCP -> asked[0] == 2 ? pcp(asked) : new byte[0];
      case NAT_PMP -> natPmp(asked);
    };
  }

  private static byte[] nonsense(byte[] asked) {
    byte[] answer = Arrays.copyOf(asked, 60);
    answer[1] |= (byte) 0x80;
    answer[30] ^= 1; // of the nonce
    return answer[0] == 0 ? new byte[] {7, 7, 7} : answer;
  }

  private byte[] pcp(byte[] asked) {
    byte[] answer = asked.clone();
    answer[1] |= (byte) 0x80;
    var in = ByteBuffer.wrap(asked);
    int inner = in.getShort(40) & 0xffff;
    int outer = map(inner, in.getShort(42) & 0xffff, in.getInt(4));
    ByteBuffer.wrap(answer)
        .putInt(4, in.getInt(4) == 0 ? 0 : seconds)
        .putInt(8, 1)
        .putShort(42, (short) outer)
        .put(56, IpLiteral.parse4(outside));
    return answer;
  }

  private byte[] natPmp(byte[] asked) {
    if (asked[0] != 0) return new byte[] {0, (byte) 0x81, 0, 1, 0, 0, 0, 1};
    if (asked[1] == 0) {
      return ByteBuffer.allocate(12)
          .putInt(0x00800000)
          .putInt(1)
          .put(IpLiteral.parse4(outside))
          .array();
    }
    var in = ByteBuffer.wrap(asked);
    int inner = in.getShort(4) & 0xffff;
    int outer = map(inner, in.getShort(6) & 0xffff, in.getInt(8));
    return ByteBuffer.allocate(16)
        .putInt(0x00820000)
        .putInt(1)
        .putShort((short) inner)
        .putShort((short) outer)
        .putInt(in.getInt(8) == 0 ? 0 : seconds)
        .array();
  }

  private int map(int inner, int outer, int lifetime) {
    if (lifetime == 0) {
      mapped.values().removeIf(port -> port == inner);
      return 0;
    }
    mapped.put(outer, inner);
    return outer;
  }

  private void accept() {
    try {
      while (true) {
        try (Socket socket = http.accept()) {
          socket.getOutputStream().write(serve(socket).getBytes(UTF_8));
        }
      }
    } catch (IOException closed) {
      // the end
    }
  }

  private String serve(Socket socket) throws IOException {
    var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    String first = in.readLine();
    int length = 0;
    for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
      if (line.startsWith("Content-Length: ")) length = Integer.parseInt(line.substring(16));
    }
    char[] body = new char[length];
    for (int at = 0; at < length; at += in.read(body, at, length - at)) {}
    return first.startsWith("GET") ? description() : act(new String(body));
  }

  private static String description() {
    return "HTTP/1.1 200 OK\r\n\r\n<root><service><serviceType>"
        + "urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>"
        + "<controlURL>/ctl</controlURL></service></root>";
  }

  private String act(String body) {
    if (body.contains("GetExternalIPAddress")) {
      return ok("<NewExternalIPAddress>" + outside + "</NewExternalIPAddress>");
    }
    int outer = number(body, "NewExternalPort");
    if (body.contains("DeletePortMapping")) {
      mapped.remove(outer);
      return ok("");
    }
    if (mapped.containsKey(outer) && !mapped.get(outer).equals(number(body, "NewInternalPort"))) {
      return "HTTP/1.1 500 Internal Server Error\r\n\r\n<errorCode>718</errorCode>";
    }
    mapped.put(outer, number(body, "NewInternalPort"));
    return ok("");
  }

  private static String ok(String body) {
    return "HTTP/1.1 200 OK\r\n\r\n<s:Envelope>" + body + "</s:Envelope>";
  }

  private static int number(String body, String element) {
    int from = body.indexOf("<" + element + ">") + element.length() + 2;
    return Integer.parseInt(body.substring(from, body.indexOf('<', from)));
  }

  @Override
  public void close() throws IOException {
    udp.close();
    http.close();
  }
}
