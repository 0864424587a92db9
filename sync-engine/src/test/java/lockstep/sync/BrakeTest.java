package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class BrakeTest {
  @Test
  void it_takes_more_than_fifty_files_and_more_than_half_of_them() {
    assertThat(Brake.stops(50, 50)).isFalse();
    assertThat(Brake.stops(51, 51)).isTrue();
    assertThat(Brake.stops(51, 101)).isTrue();
    assertThat(Brake.stops(51, 102)).isFalse();
    assertThat(Brake.stops(0, 0)).isFalse();
  }

  @ParameterizedTest
  @SeedSource(count = 100)
  void no_shuffle_of_names_is_a_loss(long seed) {
    List<Content> contents = contents(new Random(seed));

    assertThat(Brake.lost(contents, counted(contents))).isZero();
  }

  @ParameterizedTest
  @SeedSource(count = 100)
  void what_is_lost_is_what_has_no_new_name(long seed) {
    var random = new Random(seed);
    List<Content> vanished = contents(random);
    var kept = new ArrayList<>(vanished);
    Collections.shuffle(kept, random);
    kept = new ArrayList<>(kept.subList(0, random.nextInt(kept.size() + 1)));

    assertThat(Brake.lost(vanished, counted(kept))).isEqualTo(vanished.size() - kept.size());
  }

  @ParameterizedTest
  @SeedSource(count = 100)
  void the_more_vanishes_the_sooner_it_stops(long seed) {
    var random = new Random(seed);
    long files = random.nextInt(300);
    long affected = random.nextInt((int) files + 1);

    if (Brake.stops(affected, files)) {
      assertThat(Brake.stops(affected + 1, files)).isTrue();
      assertThat(Brake.stops(affected, files - 1)).isTrue();
    }
  }

  private static List<Content> contents(Random random) {
    var contents = new ArrayList<Content>();
    for (int i = random.nextInt(200); i >= 0; i--) {
      byte[] bytes = {(byte) random.nextInt(20)};
      contents.add(new Content(1, Blake3.of(bytes)));
    }
    return contents;
  }

  private static Map<Content, Integer> counted(List<Content> contents) {
    var counted = new HashMap<Content, Integer>();
    contents.forEach(content -> counted.merge(content, 1, Integer::sum));
    return counted;
  }
}
