package lockstep.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whole clusters in simulated worlds: people save, rename and delete while devices crash and
/// connections break; then nothing may be lost, torn or left apart. See [SimCluster].
@Execution(ExecutionMode.CONCURRENT) // its time is a simulated one
class SimulationTest {
  /// From each of these on, so many seeds are for builds; campaigns leave them alone.
  private static final List<Long> FRESH =
      List.of(400_000_000L, SimPlan.LOCKS + 90_000_000, SimPlan.LATE + 90_000_000);

  private static final int FRESH_COUNT = 10_000_000;

  @ParameterizedTest
  @SeedSource(
      count = 120,
      kept = {
        1260, 2400, 2619, 2642, 2734, 2844, 3009, 3828, 3829, 4309, 5348, 5815, 6279, 1000212,
        1000337, 1000686, 1000791, 1000026, 2000972, 2001128, 4000776, 4001420, 31000147, 31000277,
        32000679, 100000427, 100001283, 100001570, 100003431, 200000670, 200000720, 200000862,
        200100011, 210000177, 210000468, 210001178, 210004402, 210006148, 210006573, 210010248,
        210013412, 210014183, 210015140, 210018856, 216005851, 230001233, 231000040, 231000172,
        231004031, 221004002, 230004483, 230005002, 230006856, 488276405
      })
  void nothing_is_lost_and_all_devices_agree(long seed) {
    SimCluster.run(SimPlan.of(seed), null);
  }

  @ParameterizedTest
  @SeedSource(count = 120)
  void nor_when_disks_fail_and_devices_forget(long seed) {
    SimCluster.run(SimPlan.of(SimPlan.HARSH + seed), null);
  }

  @ParameterizedTest
  @SeedSource(count = 100)
  void nor_when_users_change_what_is_being_changed(long seed) {
    SimCluster.run(SimPlan.of(SimPlan.RACY + seed), null);
  }

  @ParameterizedTest
  @SeedSource(
      count = 80,
      kept = {
        1000876, 1000987, 1001855, 3000144, 3000551, 3000634, 3001309, 3001696, 3002494, 4000055,
        4003218, 4007299, 4009304, 4039528, 51002546, 52000236, 53000055, 54002896, 54006944,
        54010424, 55006093, 61000353, 63003099, 63005279, 65001484, 72003056
      })
  void nor_when_news_of_the_disk_comes_late_and_who_calls_a_folder_in_sync_is_right(long seed) {
    SimCluster.run(SimPlan.of(SimPlan.LATE + seed), null);
  }

  @ParameterizedTest
  @EnumSource(SimMutant.class)
  void a_planted_fault_is_noticed(SimMutant mutant) {
    assertThat(mutant.firstCaught(SimCampaign.HUNT_MAX)).isPresent();
  }

  @ParameterizedTest
  @SeedSource(
      count = 60,
      kept = {16, 33, 57, 86, 90, 185, 951, 1088, 1101, 1451, 1688, 2004, 2849, 3136, 3460, 302293})
  void nor_when_disks_take_several_names_for_one(long seed) {
    SimCluster.run(SimPlan.of(SimPlan.FOLDING + seed), null);
  }

  @ParameterizedTest
  @SeedSource(
      count = 100,
      kept = {
        3, 29, 33, 47, 58, 71, 74, 219, 426, 526, 562, 978, 1149, 10000704, 10000707, 10001636,
        10001949, 10004477, 10007342, 10008553, 10001811, 10005805, 11000410, 12000950, 13005292,
        13009067, 13011144, 13011580, 15002307, 15002604, 15002866, 15003245, 17018382, 17018545,
        5005250, 5023168, 7004847, 8024601, 17021424, 20003016, 20054396, 25000952, 30008712,
        30036892, 35019391, 36026164, 36073147, 37011614, 38062974, 40018142, 85016768, 85026346,
        85027903, 85065260, 90005584, 95009751, 95014576, 120001187, 150005987, 15508683, 45506015,
        56014158
      })
  void nor_when_people_lock_files(long seed) {
    SimCluster.run(SimPlan.of(SimPlan.LOCKS + seed), null);
  }

  /// Worlds that no build has run before, of the kinds in which everything may happen at once: a
  /// build that always runs the same ones hunts nothing. `-Dlockstep.fresh.seconds=N` says for how
  /// long.
  @Test
  void nor_in_worlds_that_nobody_has_seen() {
    var time = Duration.ofSeconds(Long.getLong("lockstep.fresh.seconds", 45));
    int offset =
        Math.floorMod(Blake3.of(Instant.now().toString().getBytes(UTF_8)).hashCode(), FRESH_COUNT);
    var failures = new ArrayList<String>();
    for (long fresh : FRESH) {
      SimCampaign.Tally tally =
          SimCampaign.run(fresh + offset, FRESH_COUNT, time.dividedBy(FRESH.size()));
      failures.addAll(tally.failures());
      assertThat(tally.seeds()).isPositive();
    }

    assertThat(failures).as("fresh seeds that fail; each line runs one again").isEmpty();
  }

  @Test
  void a_seed_gives_the_same_run_every_time() {
    long first = SimCluster.run(SimPlan.of(42), null);
    assertThat(SimCluster.run(SimPlan.of(42), null)).isEqualTo(first);
  }
}
