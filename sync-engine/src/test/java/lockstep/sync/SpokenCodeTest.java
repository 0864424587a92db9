package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import lockstep.base.Entropy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpokenCodeTest {
  @Test
  void it_is_a_number_and_two_words() throws Exception {
    SpokenCode code = SpokenCode.fresh(7, length -> new byte[] {0, (byte) 255});

    assertThat(code.text()).isEqualTo("7-acorn-zucchini");
    assertThat(SpokenCode.parse(code.text())).isEqualTo(code);
    assertThat(code).hasToString("SpokenCode[7]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"7-acorn-zebra", " 7 Acorn  Zebra ", "7-ACORN zebra\n", "7 - acorn - zebra"})
  void case_and_the_kind_of_gap_do_not_matter(String typed) throws Exception {
    assertThat(SpokenCode.isLikely(typed)).isTrue();
    assertThat(SpokenCode.parse(typed)).isEqualTo(new SpokenCode(7, "acorn-zebra"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "7-acorn",
        "0-acorn-zebra",
        "100-acorn-zebra",
        "7-acorn-zebra-kiwi",
        "7--"
      })
  void anything_else_is_refused(String typed) {
    assertThatThrownBy(() -> SpokenCode.parse(typed)).isInstanceOf(UserException.class);
  }

  @Test
  void a_mistyped_word_is_found_out_before_it_is_tried() {
    assertThatThrownBy(() -> SpokenCode.parse("7-acorn-zebar"))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.why()).contains("'zebar'", "perhaps 'zebra'?"));
  }

  @Test
  void a_whole_invitation_is_not_taken_for_one() {
    String whole = InvitationCode.text(Entropy.system().bytes(150));

    assertThat(SpokenCode.isLikely(whole)).isFalse();
    assertThat(SpokenCode.isLikely(whole.replaceAll(".{4}", "$0-"))).isFalse();
  }
}
