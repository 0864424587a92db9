package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import lockstep.app.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreferencesTest {
  @Test
  void a_folder_without_a_rule_of_its_own_has_that_of_all() throws Exception {
    String settings =
        """
        {"history": {"keepDays": 30, "maxPercent": 10},
         "locks": {"files": "default", "quietSeconds": 60, "folders": {"film": "*.exr", "b": "off"}},
         "network": {"portMapping": true}}
        """;

    Preferences read = Preferences.of(Json.parseObject(settings.getBytes(StandardCharsets.UTF_8)));

    assertThat(read.keepDays()).isEqualTo(30);
    assertThat(read.maxPercent()).isEqualTo(10);
    assertThat(read.quietSeconds()).isEqualTo(60);
    assertThat(read.portMapping()).isTrue();
    assertThat(read.locks()).isEqualTo(new LockRule(LockRule.Kind.DEFAULT, ""));
    assertThat(read.locksOf("film")).isEqualTo(new LockRule(LockRule.Kind.NAMES, "*.exr"));
    assertThat(read.locksOf("b").kind()).isEqualTo(LockRule.Kind.OFF);
    assertThat(read.locksOf("other")).isEqualTo(LockRule.COMMON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "off", "default", "all", "*.blend *.psd", "default *.c4x"})
  void a_rule_is_told_as_it_was_read(String files) {
    assertThat(LockRule.of(files).files()).isEqualTo(files);
    assertThat(LockRule.of(files).isSound()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "renders/*.exr"})
  void names_that_match_nothing_are_no_rule(String names) {
    assertThat(new LockRule(LockRule.Kind.NAMES, names).isSound()).isFalse();
  }

  @Test
  void a_number_lies_within_its_bounds_or_is_none() {
    assertThat(Preferences.MAX_PERCENT.read(" 100 ")).hasValue(100);
    assertThat(Preferences.MAX_PERCENT.read("0")).hasValue(0);
    for (String wrong : new String[] {"101", "-1", "", "10%", "1.5", "99999999999"}) {
      assertThat(Preferences.MAX_PERCENT.read(wrong)).as(wrong).isEmpty();
    }
    assertThat(Preferences.QUIET_SECONDS.read("0")).isEmpty();
  }
}
