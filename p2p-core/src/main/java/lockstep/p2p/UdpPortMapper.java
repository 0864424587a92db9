package lockstep.p2p;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import lockstep.base.TimeSource;

/// Asks a router by PCP, and by NAT-PMP if it knows no PCP.
final class UdpPortMapper implements PortMapper {
  /// How long each attempt waits for an answer.
  private static final int[] WAITS_MILLIS = {250, 500, 1000};

  private final int port;
  private final byte[] nonce;
  private final TimeSource time;

  /// @param port where routers listen
  /// @param nonce random, the same for all that is asked of one mapping
  UdpPortMapper(int port, byte[] nonce, TimeSource time) {
    this.port = port;
    this.nonce = nonce.clone();
    this.time = time;
  }

  @Override
  public String name() {
    return "PCP or NAT-PMP";
  }

  @Override
  public PortMapMessage.Answer.Granted ask(Gateways.Gateway gateway, PortMapMessage.Wish wish)
      throws IOException {
    // Connected: the system lets nothing in but from that router and port.
    try (var socket = new DatagramSocket(new InetSocketAddress(gateway.self(), 0))) {
      socket.connect(new InetSocketAddress(gateway.router(), port));
      PortMapMessage.Answer answer =
          exchange(
                  socket,
                  PortMapMessage.pcp(wish, gateway.self(), nonce),
                  bytes -> PortMapMessage.pcpAnswer(bytes, wish, nonce))
              .orElseGet(PortMapMessage.Answer.SpeaksOther::new);
      return switch (answer) {
        case PortMapMessage.Answer.Granted granted -> granted;
        case PortMapMessage.Answer.Refused(var why) -> throw new IOException(why);
        case PortMapMessage.Answer.SpeaksOther _, PortMapMessage.Answer.Outside _ ->
            natPmp(socket, wish);
      };
    }
  }

  private PortMapMessage.Answer.Granted natPmp(DatagramSocket socket, PortMapMessage.Wish wish)
      throws IOException {
    var outside =
        exchange(socket, PortMapMessage.pmpAddress(), PortMapMessage::pmpAddressAnswer)
            .orElseThrow(UdpPortMapper::silence);
    if (outside instanceof PortMapMessage.Answer.Refused(var why)) throw new IOException(why);
    var answer =
        exchange(socket, PortMapMessage.pmp(wish), bytes -> PortMapMessage.pmpAnswer(bytes, wish))
            .orElseThrow(UdpPortMapper::silence);
    if (outside instanceof PortMapMessage.Answer.Outside(var address)
        && answer instanceof PortMapMessage.Answer.Granted granted) {
      return new PortMapMessage.Answer.Granted(
          Optional.of(address), granted.port(), granted.lifetime());
    }
    throw new IOException(
        answer instanceof PortMapMessage.Answer.Refused(var why) ? why : "it makes no sense");
  }

  private static IOException silence() {
    return new IOException("it does not answer");
  }

  /// Asks until something comes that belongs to the question; empty if nothing does.
  private Optional<PortMapMessage.Answer> exchange(
      DatagramSocket socket,
      byte[] question,
      Function<byte[], Optional<PortMapMessage.Answer>> reading)
      throws IOException {
    try {
      return exchangePatiently(socket, question, reading);
    } catch (PortUnreachableException nobody) {
      return Optional.empty();
    }
  }

  private Optional<PortMapMessage.Answer> exchangePatiently(
      DatagramSocket socket,
      byte[] question,
      Function<byte[], Optional<PortMapMessage.Answer>> reading)
      throws IOException {
    for (int wait : WAITS_MILLIS) {
      socket.send(new DatagramPacket(question, question.length));
      Optional<PortMapMessage.Answer> answer =
          Datagrams.await(
              socket,
              Duration.ofMillis(wait),
              time,
              packet -> reading.apply(Arrays.copyOf(packet.getData(), packet.getLength())));
      if (answer.isPresent()) return answer;
    }
    return Optional.empty();
  }
}
