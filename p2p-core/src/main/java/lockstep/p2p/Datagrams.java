package lockstep.p2p;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import lockstep.base.TimeSource;

/// Answers that come by UDP, among others that belong to no question of ours.
final class Datagrams {
  private Datagrams() {}

  /// Waits for a datagram that means something.
  ///
  /// @param reading what a datagram means; empty if it is none of ours
  /// @return empty if none has come in time
  static <T> Optional<T> await(
      DatagramSocket socket,
      Duration patience,
      TimeSource time,
      Function<DatagramPacket, Optional<T>> reading)
      throws IOException {
    long end = time.monotonicNanos() + patience.toNanos();
    for (long left = patience.toMillis();
        left > 0;
        left = (end - time.monotonicNanos()) / 1_000_000) {
      socket.setSoTimeout((int) left);
      var packet = new DatagramPacket(new byte[PortMapMessage.BYTES_MAX], PortMapMessage.BYTES_MAX);
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException e) {
        break;
      }
      Optional<T> meaning = reading.apply(packet);
      if (meaning.isPresent()) return meaning;
    }
    return Optional.empty();
  }
}
