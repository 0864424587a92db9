package lockstep.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockMarkerTest {
  @ParameterizedTest
  @SeedSource(count = 200)
  void a_marker_is_read_as_it_was_written(long seed) {
    LockMarker marker = new LeaseGen(seed).marker();

    assertThat(marker.encode().length).isLessThanOrEqualTo(LockMarker.BYTES_MAX);
    assertThat(LockMarker.decode(marker.encode())).contains(marker);
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void damage_makes_another_marker_or_none_and_throws_nothing(long seed) {
    var gen = new Gen(seed);
    byte[] bytes = new LeaseGen(seed).marker().encode();
    byte[] damaged = Arrays.copyOf(bytes, gen.between(0, bytes.length));
    for (int i = gen.between(1, 5); i > 0 && damaged.length > 0; i--) {
      damaged[gen.between(0, damaged.length - 1)] = gen.bytes(1)[0];
    }
    assertThat(LockMarker.decode(damaged)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+1000000000-12-31T23:59:59Z",
        "-1000000000-01-01T00:00:00Z",
        "yesterday",
        "",
      })
  void a_date_that_is_none_makes_no_marker(String since) {
    String text = new String(new LeaseGen(3).marker().encode(), StandardCharsets.UTF_8);
    String changed = text.replaceFirst("\"since\": \"[^\"]*\"", "\"since\": \"" + since + "\"");

    assertThat(changed).isNotEqualTo(text);
    assertThat(LockMarker.decode(changed.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void a_long_file_or_one_that_nests_is_no_marker() {
    byte[] nested = "[".repeat(LockMarker.BYTES_MAX).getBytes(StandardCharsets.UTF_8);
    byte[] objects = "{\"a\":".repeat(3000).getBytes(StandardCharsets.UTF_8);

    assertThat(LockMarker.decode(nested)).isEmpty();
    assertThat(LockMarker.decode(objects)).isEmpty();
    assertThat(LockMarker.decode(new byte[1 << 20])).isEmpty();
  }
}
