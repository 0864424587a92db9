package lockstep.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import lockstep.base.TimeSource;

/// Asks a router by UPnP: the oldest way and the most talkative, which most home routers know.
final class UpnpPortMapper implements PortMapper {
  /// What routers that have no leases answer to one.
  private static final int ONLY_PERMANENT = 725;

  /// Somebody else has that port.
  private static final int CONFLICT = 718;

  private static final int OTHER_PORTS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration REQUEST_TIME = Duration.ofSeconds(5);

  private final InetSocketAddress group;
  private final TimeSource time;

  /// @param group where routers listen for questions to all
  UpnpPortMapper(InetSocketAddress group, TimeSource time) {
    this.group = group;
    this.time = time;
  }

  @Override
  public String name() {
    return "UPnP";
  }

  @Override
  public PortMapMessage.Answer.Granted ask(Gateways.Gateway gateway, PortMapMessage.Wish wish)
      throws IOException {
    URI description = find(gateway);
    String text = request(description, UpnpMessage.get(description), gateway);
    UpnpMessage.Service service =
        UpnpMessage.service(text, description, gateway.router())
            .orElseThrow(() -> new IOException("it knows nothing of port mappings"));
    if (wish.lifetime().isZero()) {
      request(
          service.control(),
          UpnpMessage.call(service, "DeletePortMapping", UpnpMessage.place(wish)),
          gateway);
      return new PortMapMessage.Answer.Granted(Optional.empty(), wish.external(), Duration.ZERO);
    }
    String where =
        request(service.control(), UpnpMessage.call(service, "GetExternalIPAddress", ""), gateway);
    InetAddress outside =
        UpnpMessage.address(where)
            .orElseThrow(() -> new IOException("it has no connection to the internet itself"));
    int port = add(service, wish, gateway);
    return new PortMapMessage.Answer.Granted(Optional.of(outside), port, wish.lifetime());
  }

  /// @return the port at the outer side
  private static int add(
      UpnpMessage.Service service, PortMapMessage.Wish wish, Gateways.Gateway gateway)
      throws IOException {
    long seconds = wish.lifetime().toSeconds();
    int port = wish.external();
    for (int i = 0; i <= OTHER_PORTS; i++) {
      var attempt = new PortMapMessage.Wish(wish.port(), port, wish.lifetime());
      String arguments = UpnpMessage.add(attempt, gateway.self(), seconds);
      String answer =
          request(
              service.control(), UpnpMessage.call(service, "AddPortMapping", arguments), gateway);
      if (UpnpMessage.isOk(answer)) return port;
      switch (UpnpMessage.error(answer)) {
        case ONLY_PERMANENT -> seconds = 0;
        case CONFLICT -> port = port < 0xffff ? port + 1 : 1024;
        default ->
            throw new IOException(
                "it does not allow it (UPnP error %d)".formatted(UpnpMessage.error(answer)));
      }
    }
    throw new IOException("it has given away as many ports as it will");
  }

  /// Asks all, and listens to the router alone.
  private URI find(Gateways.Gateway gateway) throws IOException {
    try (var socket = new DatagramSocket(new InetSocketAddress(gateway.self(), 0))) {
      byte[] question = UpnpMessage.search();
      socket.send(new DatagramPacket(question, question.length, group));
      return Datagrams.await(socket, PATIENCE, time, packet -> location(packet, gateway))
          .orElseThrow(() -> new IOException("it does not answer"));
    }
  }

  private static Optional<URI> location(DatagramPacket packet, Gateways.Gateway gateway) {
    return packet.getAddress().equals(gateway.router())
        ? UpnpMessage.location(
            new String(packet.getData(), 0, packet.getLength(), UTF_8), gateway.router())
        : Optional.empty();
  }

  private static String request(URI uri, String request, Gateways.Gateway gateway)
      throws IOException {
    try (var socket = new Socket();
        var _ = Deadline.after(REQUEST_TIME, () -> close(socket))) {
      socket.bind(new InetSocketAddress(gateway.self(), 0));
      socket.connect(
          new InetSocketAddress(gateway.router(), UpnpMessage.port(uri)),
          (int) REQUEST_TIME.toMillis());
      socket.getOutputStream().write(request.getBytes(UTF_8));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readNBytes(UpnpMessage.BYTES_MAX), UTF_8);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // whoever reads from it notices
    }
  }
}
