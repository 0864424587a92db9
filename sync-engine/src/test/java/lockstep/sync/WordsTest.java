package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static final List<String> ALL = Words.all();

  @Test
  void there_is_a_word_for_each_byte() {
    assertThat(ALL)
        .hasSize(256)
        .doesNotHaveDuplicates()
        .allMatch(word -> word.matches("[a-z]{4,9}"));
    assertThat(Words.of(new byte[] {0, (byte) 255, 1, 7}, 3))
        .isEqualTo(ALL.get(0) + "-" + ALL.get(255) + "-" + ALL.get(1));
  }

  @Test
  void three_letters_tell_them_apart() {
    var beginnings = new HashSet<String>();
    ALL.forEach(word -> beginnings.add(word.substring(0, 3)));

    assertThat(beginnings).hasSize(256);
  }

  @Test
  void no_two_mistakes_turn_one_into_another() {
    for (int i = 0; i < ALL.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(Words.distance(ALL.get(i), ALL.get(j)))
            .as("%s and %s", ALL.get(i), ALL.get(j))
            .isGreaterThan(2);
      }
    }
  }

  @Test
  void a_word_with_a_mistake_is_like_the_one_that_is_meant() {
    assertThat(Words.like("kivi")).contains("kiwi");
    assertThat(Words.like("zebar")).contains("zebra");
    assertThat(Words.like("")).isEmpty();
    assertThat(Words.like("supercalifragilistic")).isEmpty();
  }
}
