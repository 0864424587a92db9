package lockstep.lease;

import static org.assertj.core.api.Assertions.assertThat;

import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class LeaseSimulationTest {
  @ParameterizedTest
  @SeedSource(
      count = 300,
      kept = {
        671, 892, 1245, 1338, 1395, 1606, 2547, 2820, 112245, 500003052, 500011046, 500042945
      })
  void no_two_have_a_file_firmly_no_lock_outlives_its_holder_and_no_file_stays_read_only(
      long seed) {
    LeaseWorld.run(seed, null);
  }

  @ParameterizedTest
  @SeedSource(count = 300)
  void nor_where_most_hear_of_each_other_from_one_member_only(long seed) {
    LeaseWorld.run(LeaseWorld.STARS + seed, null);
  }

  @Test
  void the_same_seed_gives_the_same_run() {
    assertThat(LeaseWorld.run(4711, null)).isEqualTo(LeaseWorld.run(4711, null));
  }
}
