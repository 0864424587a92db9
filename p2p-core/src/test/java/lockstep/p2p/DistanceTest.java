package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DistanceTest {
  @Test
  void a_far_peer_is_one_whose_every_answer_takes_its_time() {
    assertThat(farAfter(20_000_000, 30_000_000, 21_000_000)).isEqualTo(1);
    assertThat(farAfter(20_000_000, 30_000_000, 21_000_000, 22_000_000, 1, 23_000_000))
        .isEqualTo(1);
  }

  @Test
  void one_that_answered_quickly_once_is_near() {
    assertThat(farAfter(20_000_000, 200_000, 21_000_000, 22_000_000, 23_000_000)).isZero();
  }

  @Test
  void two_answers_say_nothing_yet() {
    assertThat(farAfter(20_000_000, 30_000_000)).isZero();
  }

  private static int farAfter(long... roundTrips) {
    var far = new AtomicInteger();
    var told = new ArrayList<Long>();
    var distance = new Distance(told::add, far::incrementAndGet);
    for (long each : roundTrips) distance.accept(each);
    assertThat(told).hasSize(roundTrips.length);
    return far.get();
  }
}
