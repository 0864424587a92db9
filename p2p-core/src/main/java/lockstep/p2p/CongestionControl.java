package lockstep.p2p;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import lockstep.base.KernelCall;

/// How Linux decides how fast a TCP connection may send (tcp(7), `TCP_CONGESTION`). Elsewhere, and
/// where the system does not allow a choice, nothing happens. Stateless.
final class CongestionControl {
  /// Sends as fast as packets have been seen to arrive (Cardwell et al., "BBR: Congestion-Based
  /// Congestion Control", 2016), so that a packet lost by itself does not pass for a full queue.
  static final String BBR = "bbr";

  private static final System.Logger LOG = System.getLogger(CongestionControl.class.getName());

  /// The lowest that is free is given, so that few are tried.
  private static final int DESCRIPTORS_MAX = 1 << 16;

  private static final int GETSOCKNAME = KernelCall.here(51, 204);
  private static final int GETPEERNAME = KernelCall.here(52, 205);
  private static final int SETSOCKOPT = KernelCall.here(54, 208);

  private static final int IPPROTO_TCP = 6;
  private static final int TCP_CONGESTION = 13;

  /// `struct sockaddr_in6`; the port is where `sockaddr_in` has it, too.
  private static final int ADDRESS_BYTES = 28;

  private static final int PORT_AT = 2;

  private CongestionControl() {}

  /// Has a connection to a far peer sent over as suits that, if the system allows it
  /// (docs/decisions/0030-bbr-not-quic.md). Returns at once.
  static void suitFar(SocketChannel socket) {
    Thread.ofVirtual()
        .name("p2p-congestion")
        .start(
            () -> {
              try {
                choose(BBR, socket);
              } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "the congestion control stays as it is", e);
              }
            });
  }

  /// @return whether the connection has it now
  static boolean choose(String name, SocketChannel socket) throws IOException {
    if (!KernelCall.isAvailable()) return false;
    try (Arena arena = Arena.ofConfined()) {
      var kernel = new Kernel(arena);
      byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
      MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_BYTE, ascii);
      OptionalInt open = descriptor(kernel, socket);
      return open.isPresent()
          && kernel.call(
                  SETSOCKOPT,
                  open.getAsInt(),
                  IPPROTO_TCP,
                  TCP_CONGESTION,
                  value.address(),
                  ascii.length)
              == 0;
    }
  }

  /// The JDK keeps a channel's file descriptor to itself; the two ports tell which of this
  /// process's it is.
  private static OptionalInt descriptor(Kernel kernel, SocketChannel socket) throws IOException {
    int here = ((InetSocketAddress) socket.getLocalAddress()).getPort();
    int there = ((InetSocketAddress) socket.getRemoteAddress()).getPort();
    for (int descriptor = 0; descriptor < DESCRIPTORS_MAX; descriptor++) {
      if (kernel.port(GETSOCKNAME, descriptor) == here
          && kernel.port(GETPEERNAME, descriptor) == there) {
        return OptionalInt.of(descriptor);
      }
    }
    return OptionalInt.empty();
  }

  private static final class Kernel {
    private final MemorySegment state;
    private final MemorySegment address;
    private final MemorySegment length;

    Kernel(Arena arena) {
      state = arena.allocate(KernelCall.STATE_BYTES, Long.BYTES);
      address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
      length = arena.allocate(ValueLayout.JAVA_INT);
    }

    long call(int number, long a, long b, long c, long d, long e) {
      return KernelCall.invoke(state, number, a, b, c, d, e, 0);
    }

    /// The port at one end of what is open, or -1 if it has none.
    int port(int question, int descriptor) {
      length.set(ValueLayout.JAVA_INT, 0, ADDRESS_BYTES);
      if (call(question, descriptor, address.address(), length.address(), 0, 0) != 0) return -1;
      int high = Byte.toUnsignedInt(address.get(ValueLayout.JAVA_BYTE, PORT_AT));
      return high << 8 | Byte.toUnsignedInt(address.get(ValueLayout.JAVA_BYTE, PORT_AT + 1));
    }
  }
}
