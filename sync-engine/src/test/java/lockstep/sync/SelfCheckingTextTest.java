package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class SelfCheckingTextTest {
  private static final List<Character> ALPHABET =
      SelfCheckingText.ALPHABET.chars().mapToObj(c -> (char) c).toList();

  private static String body(Gen gen, int min, int max) {
    var body = new StringBuilder();
    int length = gen.between(min, max);
    while (body.length() < length) body.append(gen.pick(ALPHABET).charValue());
    return body.toString();
  }

  private static void spoil(Gen gen, StringBuilder text, int place) {
    char was = text.charAt(place);
    while (text.charAt(place) == was) text.setCharAt(place, gen.pick(ALPHABET));
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void a_sound_text_is_sound(long seed) {
    String body = body(new Gen(seed), 1, SelfCheckingText.LENGTH_MAX - 12);
    assertThat(SelfCheckingText.read(SelfCheckingText.of(body)))
        .isEqualTo(new SelfCheckingText.Reading.Sound(body));
  }

  @ParameterizedTest
  @SeedSource(count = 300)
  void one_or_two_wrong_characters_are_found_wherever_they_are(long seed) {
    var gen = new Gen(seed);
    var text = new StringBuilder(SelfCheckingText.of(body(gen, 1, 300)));
    var spoilt = new TreeSet<Integer>();
    spoilt.add(gen.between(0, text.length() - 1));
    spoilt.add(gen.between(0, text.length() - 1));
    spoilt.forEach(place -> spoil(gen, text, place));

    assertThat(SelfCheckingText.read(text.toString()))
        .isEqualTo(new SelfCheckingText.Reading.Wrong(List.copyOf(spoilt)));
  }

  @ParameterizedTest
  @SeedSource(count = 100)
  void a_character_lost_or_doubled_is_found_to_the_run_it_stands_in(long seed) {
    var gen = new Gen(seed);
    String text = SelfCheckingText.of(body(gen, 100, 300));
    int place = gen.between(10, text.length() - 1);
    String without = text.substring(0, place) + text.substring(place + 1);
    String twice = text.substring(0, place) + text.substring(place - 1);

    assertThat(SelfCheckingText.read(without))
        .isInstanceOfSatisfying(
            SelfCheckingText.Reading.Missing.class,
            missing -> assertThat(restores(text, without, missing.place())).isTrue());
    assertThat(SelfCheckingText.read(twice))
        .isInstanceOfSatisfying(
            SelfCheckingText.Reading.Surplus.class,
            surplus ->
                assertThat(
                        twice.substring(0, surplus.place()) + twice.substring(surplus.place() + 1))
                    .isEqualTo(text));
  }

  private static boolean restores(String text, String without, int place) {
    return ALPHABET.stream()
        .anyMatch(c -> text.equals(without.substring(0, place) + c + without.substring(place)));
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void a_text_with_many_mistakes_is_given_up_and_never_sound(long seed) {
    var gen = new Gen(seed);
    var text = new StringBuilder(SelfCheckingText.of(body(gen, 100, 300)));
    var spoilt = new TreeSet<Integer>();
    while (spoilt.size() < 8) spoilt.add(2 * gen.between(0, text.length() / 2 - 1));
    spoilt.forEach(place -> spoil(gen, text, place));

    assertThat(SelfCheckingText.read(text.toString()))
        .isEqualTo(new SelfCheckingText.Reading.Hopeless());
  }

  @Test
  void what_is_too_short_to_hold_a_check_is_given_up() {
    for (String text : List.of("", "0", "000000000000")) {
      assertThat(SelfCheckingText.read(text)).isEqualTo(new SelfCheckingText.Reading.Hopeless());
    }
  }
}
