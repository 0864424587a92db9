package lockstep.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FoldingTest {
  private static final String COMPOSED = "caf\u00e9";
  private static final String DECOMPOSED = "cafe\u0301";
  private static final Folding CASELESS = new Folding(true, false, false, false);
  private static final Folding FORMLESS = new Folding(true, true, false, false);
  private static final Folding COMPOSING = new Folding(true, true, true, false);
  private static final Folding DOTLESS = new Folding(true, false, false, true);

  @Test
  void where_nothing_is_folded_every_name_is_its_own() {
    assertThat(Folding.NONE.isAny()).isFalse();
    assertThat(Folding.NONE.key("A.")).isEqualTo("A.");
    assertThat(Folding.NONE.key(COMPOSED)).isNotEqualTo(Folding.NONE.key(DECOMPOSED));
  }

  @Test
  void names_that_differ_in_case_alone_are_one() {
    assertThat(CASELESS.key("Read Me.TXT")).isEqualTo(CASELESS.key("read me.txt"));
    assertThat(CASELESS.key("\u00c9t\u00e9")).isEqualTo(CASELESS.key("\u00e9T\u00c9"));
    assertThat(CASELESS.key("a")).isNotEqualTo(CASELESS.key("b"));
    assertThat(CASELESS.key(COMPOSED)).isNotEqualTo(CASELESS.key(DECOMPOSED));
  }

  @Test
  void case_is_folded_one_character_for_one() {
    assertThat(CASELESS.key("stra\u00dfe")).isNotEqualTo(CASELESS.key("STRASSE"));
    assertThat(CASELESS.key("\u03c3")).isEqualTo(CASELESS.key("\u03c2")); // both are sigma
  }

  @Test
  void names_that_differ_in_form_alone_are_one() {
    assertThat(FORMLESS.key(COMPOSED)).isEqualTo(FORMLESS.key(DECOMPOSED));
    assertThat(FORMLESS.key(COMPOSED)).isEqualTo(FORMLESS.key("CAFE\u0301"));
    assertThat(FORMLESS.key(RelPath.of("D/" + COMPOSED)))
        .isEqualTo(FORMLESS.key(RelPath.of("d/" + DECOMPOSED)));
  }

  @Test
  void a_name_is_spelled_as_given_where_the_disk_keeps_it() {
    assertThat(FORMLESS.spelling(DECOMPOSED)).isEqualTo(DECOMPOSED);
    assertThat(COMPOSING.spelling(DECOMPOSED)).isEqualTo(COMPOSED);
    assertThat(COMPOSING.spelling("A.txt")).isEqualTo("A.txt");
  }

  @Test
  void dots_at_the_end_may_be_no_part_of_a_name() {
    assertThat(DOTLESS.key("Name..")).isEqualTo(DOTLESS.key("name"));
    assertThat(DOTLESS.spelling("name.")).isEqualTo("name");
    assertThat(DOTLESS.spelling("...")).isEqualTo("...");
  }
}
