package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class SocketInputTest {
  /// Gives out bytes in pieces of random size.
  private static ReadableByteChannel trickle(byte[] bytes, Gen gen) {
    return new ReadableByteChannel() {
      private int at;

      @Override
      public int read(ByteBuffer to) {
        if (at == bytes.length) return -1;
        int most = Math.min(bytes.length - at, to.remaining());
        int count = Math.min(most, gen.between(1, 200_000));
        to.put(bytes, at, count);
        at += count;
        return count;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }

  @ParameterizedTest
  @SeedSource(count = 50)
  void every_byte_comes_once_and_in_order_however_it_is_asked_for(long seed) throws IOException {
    var gen = new Gen(seed);
    byte[] sent = gen.bytes(gen.between(0, 2_000_000));
    var in = new SocketInput(trickle(sent, gen));
    var got = new ByteArrayOutputStream();
    while (got.size() < sent.length) {
      int left = sent.length - got.size();
      if (gen.chance(20)) {
        got.write(in.read());
      } else {
        int count = Math.min(left, gen.between(1, 65_537));
        assertThat(in.require(count)).isTrue();
        got.write(in.array(), in.position(), count);
        in.skip(count);
      }
    }
    assertThat(got.toByteArray()).isEqualTo(sent);
    assertThat(in.require(1)).isFalse();
    assertThat(in.read()).isEqualTo(-1);
  }

  @Test
  void an_end_within_what_was_asked_for_is_an_error() {
    var in = new SocketInput(trickle(new byte[5], new Gen(1)));
    assertThatThrownBy(() -> in.require(6)).isInstanceOf(EOFException.class);
  }
}
