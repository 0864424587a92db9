package lockstep.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VarintsTest {
  @Test
  void what_is_written_is_read_back_and_is_what_protobuf_writes() throws IOException {
    var random = new SplittableRandom(1);
    for (int i = 0; i < 1_000; i++) {
      long value = random.nextLong() >>> 1 + random.nextInt(63);
      var out = new ByteArrayOutputStream();
      Varints.write(out, value);
      byte[] expected = new byte[Varints.length(value)];
      CodedOutputStream.newInstance(expected).writeUInt64NoTag(value);

      assertThat(out.toByteArray()).isEqualTo(expected);
      assertThat(Varints.read(in(expected), Long.MAX_VALUE)).isEqualTo(value);
    }
  }

  @Test
  void negative_values_take_ten_bytes() {
    byte[] out = new byte[Varints.LENGTH_MAX];
    assertThat(Varints.write(-1, out, 0)).isEqualTo(Varints.length(-1)).isEqualTo(10);
    assertThat(out).isEqualTo(HexFormat.of().parseHex("ffffffffffffffffff01"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8000", "ff00", "80808080808080808000", "ffffffffffffffffff01", "8102"})
  void long_forms_and_values_above_the_limit_are_violations(String hex) {
    var in = in(HexFormat.of().parseHex(hex));
    assertThatThrownBy(() -> Varints.read(in, 256)).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void a_stream_may_end_before_a_number_but_not_within_one() throws IOException {
    assertThat(Varints.readOrEnd(in(new byte[0]), 9)).isEqualTo(-1);
    assertThatThrownBy(() -> Varints.read(in(new byte[0]), 9)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> Varints.readOrEnd(in(new byte[] {(byte) 0x80}), 9))
        .isInstanceOf(EOFException.class);
  }

  private static ByteArrayInputStream in(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }
}
