package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class Libp2pNetworkTest {
  private final Libp2pNetwork alice = Hosts.open(Limits.DEFAULT);
  private final Libp2pNetwork bob = Hosts.open(Limits.DEFAULT);

  @AfterEach
  void close() {
    alice.close();
    bob.close();
  }

  @Test
  void an_echo_of_64_MiB_survives_half_close_on_both_sides() throws Exception {
    bob.handle("/echo/1", stream -> stream.input().transferTo(stream.output()));
    Hosts.connect(alice, bob);
    byte[] data = new Gen(1).bytes(64 << 20);
    try (var stream = alice.open(bob.self(), "/echo/1")) {
      Thread.startVirtualThread(() -> send(stream, data));
      assertThat(Arrays.equals(stream.input().readAllBytes(), data)).isTrue();
    }
  }

  @Test
  void a_refused_protocol_says_so() throws Exception {
    Hosts.connect(alice, bob);
    assertThatThrownBy(() -> alice.open(bob.self(), "/nothing/1"))
        .isInstanceOf(ProtocolRefusedException.class)
        .hasMessageContaining("/nothing/1");
  }

  private static void send(PeerStream stream, byte[] data) {
    try {
      stream.output().write(data);
      stream.closeWrite();
    } catch (IOException e) {
      stream.reset();
    }
  }
}
