package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class BandwidthLimitsTest {
  @Test
  void a_limit_too_low_for_signs_of_life_is_none() {
    assertThatThrownBy(
            () -> new BandwidthLimits(OptionalLong.of(16_383), OptionalLong.empty(), false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
