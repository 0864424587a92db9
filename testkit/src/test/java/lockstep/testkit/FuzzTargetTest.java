package lockstep.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuzzTargetTest {
  private static final byte[] INPUT = {1, 2, 3};

  @Test
  void what_is_taken_or_refused_as_promised_is_well() {
    var taking = new FuzzTarget("any", bytes -> {});
    var refusing = new FuzzTarget("any", FuzzTargetTest::refuse, IOException.class);

    assertThat(taking.check(INPUT)).isEmpty();
    assertThat(refusing.check(INPUT)).containsInstanceOf(EOFException.class);
  }

  @Test
  void a_refusal_that_was_not_promised_is_a_failure() {
    var target = new FuzzTarget("any", FuzzTargetTest::refuse, IllegalArgumentException.class);

    assertThatThrownBy(() -> target.check(INPUT))
        .isInstanceOf(AssertionError.class)
        .hasCauseInstanceOf(EOFException.class);
  }

  @Test
  void endless_depth_is_a_failure() {
    var target = new FuzzTarget("any", FuzzTargetTest::descend, IOException.class);

    assertThatThrownBy(() -> target.check(INPUT)).hasCauseInstanceOf(StackOverflowError.class);
  }

  @Test
  void who_takes_more_memory_than_the_bytes_are_worth_fails() {
    List<byte[]> kept = new ArrayList<>();
    var target = new FuzzTarget("any", bytes -> kept.add(new byte[2 << 20]));

    assertThatThrownBy(() -> target.check(INPUT)).hasMessageContaining("bytes of memory");
  }

  @Test
  void the_reader_may_change_what_it_is_given() {
    var target = new FuzzTarget("any", bytes -> bytes[0] = 9);

    target.check(INPUT);

    assertThat(INPUT).containsExactly(1, 2, 3);
  }

  private static void refuse(byte[] bytes) throws IOException {
    throw new EOFException();
  }

  private static void descend(byte[] bytes) {
    if (bytes.length > 0) descend(bytes.clone());
  }
}
