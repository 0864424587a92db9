package lockstep.p2p.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Execution(ExecutionMode.CONCURRENT) // its time is a simulated one
class GossipMutantTest {
  @ParameterizedTest
  @EnumSource
  void the_simulation_notices_every_planted_fault(GossipMutant fault) {
    assertThat(fault.isNoticed(3)).isTrue();
  }
}
