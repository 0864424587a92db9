package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class CongestionControlTest {
  /// Every Linux has it, and lets anybody choose it (tcp(7)).
  private static final String RENO = "reno";

  @Test
  void one_end_of_one_connection_gets_another_and_no_other_does() throws IOException {
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (var one = SocketChannel.open(server.getLocalAddress());
          var oneThere = server.accept();
          var two = SocketChannel.open(server.getLocalAddress())) {
        String usual = CongestionControl.of(one).orElseThrow();

        assertThat(CongestionControl.choose(RENO, one)).isTrue();

        assertThat(CongestionControl.of(one)).contains(RENO);
        assertThat(CongestionControl.of(oneThere)).contains(usual);
        assertThat(CongestionControl.of(two)).contains(usual);
      }
    }
  }

  @Test
  void what_the_system_does_not_have_is_refused_and_changes_nothing() throws IOException {
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (var one = SocketChannel.open(server.getLocalAddress())) {
        var usual = CongestionControl.of(one);

        assertThat(CongestionControl.choose("nosuchthing", one)).isFalse();

        assertThat(CongestionControl.of(one)).isEqualTo(usual).isPresent();
      }
    }
  }
}
