package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import lockstep.base.KernelCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class CongestionControlTest {
  /// Every Linux has it, and lets anybody choose it (tcp(7)).
  private static final String RENO = "reno";

  private static final int GETSOCKOPT = KernelCall.here(55, 209);
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_CONGESTION = 13;
  private static final int NAME_BYTES = 16;

  @Test
  void one_end_of_one_connection_gets_another_and_no_other_does() throws IOException {
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (var one = SocketChannel.open(server.getLocalAddress());
          var oneThere = server.accept();
          var two = SocketChannel.open(server.getLocalAddress())) {
        String usual = congestionControl(one);

        assertThat(CongestionControl.choose(RENO, one)).isTrue();

        assertThat(congestionControl(one)).isEqualTo(RENO);
        assertThat(congestionControl(oneThere)).isEqualTo(usual);
        assertThat(congestionControl(two)).isEqualTo(usual);
      }
    }
  }

  @Test
  void what_the_system_does_not_have_is_refused_and_changes_nothing() throws IOException {
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (var one = SocketChannel.open(server.getLocalAddress())) {
        String usual = congestionControl(one);

        assertThat(CongestionControl.choose("nosuchthing", one)).isFalse();

        assertThat(congestionControl(one)).isEqualTo(usual);
      }
    }
  }

  /// What a connection has, as the kernel says of the descriptor that it lists for its two ports:
  /// another way to it than the program's own.
  private static String congestionControl(SocketChannel socket) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(KernelCall.STATE_BYTES, Long.BYTES);
      MemorySegment name = arena.allocate(NAME_BYTES);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, NAME_BYTES);
      assertThat(
              KernelCall.invoke(
                  state,
                  GETSOCKOPT,
                  descriptor(socket),
                  IPPROTO_TCP,
                  TCP_CONGESTION,
                  name.address(),
                  length.address(),
                  0))
          .isZero();
      return name.getString(0);
    }
  }

  private static int descriptor(SocketChannel socket) throws IOException {
    Path link = Path.of("socket:[" + inode(socket) + "]");
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      Path found = open.filter(it -> leadsTo(it, link)).findFirst().orElseThrow();
      return Integer.parseInt(found.getFileName().toString());
    }
  }

  private static boolean leadsTo(Path descriptor, Path what) {
    try {
      return Files.readSymbolicLink(descriptor).equals(what);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  /// From proc_pid_net(5): number, local and remote address, and six more before the inode.
  private static String inode(SocketChannel socket) throws IOException {
    String here = port(socket.getLocalAddress());
    String there = port(socket.getRemoteAddress());
    return Stream.of("/proc/self/net/tcp", "/proc/self/net/tcp6")
        .flatMap(CongestionControlTest::lines)
        .map(line -> line.strip().split("\\s+"))
        .filter(line -> line[1].endsWith(here) && line[2].endsWith(there))
        .map(line -> line[9])
        .findFirst()
        .orElseThrow();
  }

  private static Stream<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String port(SocketAddress address) {
    return ":%04X".formatted(((InetSocketAddress) address).getPort());
  }
}
