package lockstep.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeaseMutantTest {
  @ParameterizedTest
  @EnumSource
  void the_simulation_notices_every_planted_fault(LeaseMutant fault) {
    assertThat(fault.firstCaught(300)).isPresent();
  }
}
