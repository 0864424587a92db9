package lockstep.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelPathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        ".lockstep",
        ".LockStep/staging",
        "a/.lockstep",
        "a/.lockstep/b",
        ".lock\u200bstep",
        "a/.loc\u212Astep/é",
        ".\uff4cockstep",
        ".lockstep\u0007"
      })
  void lockstep_s_own_name_is_reserved_however_it_is_spelled(String path) {
    assertThat(RelPath.of(path).isReserved()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "lockstep", ".lockstepignore", "a.lockstep", "x/.lockste", ".lockstep é", "é"})
  void other_names_are_the_user_s(String path) {
    assertThat(RelPath.of(path).isReserved()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "a/", "a//b", ".", "a/..", "../a", "a\0b", "\ud800"})
  void what_could_leave_the_folder_is_no_path(String text) {
    assertThatThrownBy(() -> RelPath.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_name_has_at_most_255_bytes_of_utf8() {
    for (String longest : new String[] {"a".repeat(255), "é".repeat(127) + "a", "€".repeat(85)}) {
      assertThat(RelPath.of("d/" + longest).name()).isEqualTo(longest);
      assertThatThrownBy(() -> RelPath.of("d/" + longest + "a"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void bytes_that_are_not_utf8_are_no_path() {
    assertThatThrownBy(() -> RelPath.fromUtf8(new byte[] {'a', (byte) 0xc3}))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] utf8 = "d/é".getBytes(StandardCharsets.UTF_8);
    assertThat(RelPath.fromUtf8(utf8)).isEqualTo(RelPath.of("d/é"));
  }
}
