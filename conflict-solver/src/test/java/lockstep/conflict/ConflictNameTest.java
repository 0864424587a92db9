package lockstep.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConflictNameTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 1);

  @ParameterizedTest
  @CsvSource({
    "notes.txt, 1, notes (conflict laptop 2026-03-01).txt",
    "notes.txt, 2, notes (conflict laptop 2026-03-01 2).txt",
    "dir.d/README, 1, dir.d/README (conflict laptop 2026-03-01)",
    "a.tar.gz, 1, a.tar (conflict laptop 2026-03-01).gz",
    ".profile, 1, .profile (conflict laptop 2026-03-01)",
  })
  void names_keep_their_directory_and_extension(String path, int number, String expected) {
    assertThat(ConflictName.of(RelPath.of(path), "laptop", DAY, number).toString())
        .isEqualTo(expected);
  }

  @Test
  void what_a_save_left_that_was_cut_off_is_no_conflict_copy() {
    RelPath torn = ConflictName.recovered(RelPath.of("d/a.blend"), "lap/top", DAY, 2);
    assertThat(torn.toString()).isEqualTo("d/a (recovered lap-top 2026-03-01 2).blend");
    assertThat(ConflictName.parse(torn)).isEmpty();
  }

  @Test
  void what_lockstep_sets_aside_is_known_by_its_name() {
    RelPath path = RelPath.of("d/a (draft).blend");
    assertThat(ConflictName.isSetAside(ConflictName.of(path, "lap top", DAY, 1))).isTrue();
    assertThat(ConflictName.isSetAside(ConflictName.recovered(path, "laptop", DAY, 3))).isTrue();
    assertThat(ConflictName.isSetAside(path)).isFalse();
    assertThat(ConflictName.isSetAside(RelPath.of("a (recovered 2026-03-01).blend"))).isFalse();
  }

  @Test
  void a_device_name_cannot_leave_its_place() {
    assertThat(ConflictName.safeDevice("../Jo's \u202eMac/\n:*")).isEqualTo("..-Jo-s -Mac----");
    assertThat(ConflictName.safeDevice("  ")).isEqualTo("device");
    assertThat(ConflictName.safeDevice("Zoë Büro_2.local")).isEqualTo("Zoë Büro_2.local");
    assertThat(ConflictName.safeDevice("\uD83D\uDE00".repeat(99))).isEqualTo("-".repeat(64));
  }

  @Test
  void a_long_stem_is_shortened_between_characters() {
    String stem = "e\u0301".repeat(83); // 249 bytes, in characters of 3
    var copy = ConflictName.of(RelPath.of("d/" + stem + ".blend"), "pc", DAY, 12);

    String kept = copy.name().substring(0, copy.name().indexOf(" ("));
    assertThat(kept).isEqualTo("e\u0301".repeat(kept.length() / 2));
    assertThat(copy.name()).endsWith(" (conflict pc 2026-03-01 12).blend");
    assertThat(bytes(copy.name())).isBetween(253, 255);
  }

  @ParameterizedTest
  @SeedSource(count = 300)
  void every_copy_has_a_valid_name_of_its_own(long seed) {
    var gen = new Gen(seed);
    var path = RelPath.of(gen.path(4));
    String device = gen.name();

    var first = ConflictName.of(path, device, DAY, 1);
    var second = ConflictName.of(path, device, DAY, 2);

    assertThat(first).isNotEqualTo(path).isNotEqualTo(second);
    assertThat(first.parent()).isEqualTo(path.parent());
    assertThat(bytes(first.name())).isLessThanOrEqualTo(255);
    assertThat(first.isReserved()).isFalse();
  }

  @ParameterizedTest
  @SeedSource(count = 500)
  void the_name_of_a_copy_tells_what_it_is_a_copy_of(long seed) {
    var gen = new Gen(seed);
    var path = RelPath.of(gen.path(3));
    if (gen.chance(30)) {
      path = ConflictName.of(path, gen.name(), DAY.minusDays(1), gen.between(1, 12));
    }
    int number = gen.between(1, 120);
    String device = gen.pick(List.of("pc", "Zo\u00eb's 2026-01-01 box", gen.name()));
    var copy = ConflictName.of(path, device, DAY, number);

    var parsed = ConflictName.parse(copy).orElseThrow();

    assertThat(parsed.device()).isEqualTo(ConflictName.safeDevice(device));
    assertThat(parsed.utcDate()).isEqualTo(DAY);
    assertThat(parsed.number()).isEqualTo(number);
    assertThat(ConflictName.of(parsed.original(), device, DAY, number)).isEqualTo(copy);
    if (bytes(path.name()) < 100) {
      assertThat(parsed.original()).isEqualTo(path);
    }
    assertThat(ConflictName.parse(ConflictName.settled(parsed, number)).map(p -> p.number()))
        .isNotEqualTo(Optional.of(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "notes.txt",
        "notes (conflict).txt",
        "notes (conflict laptop).txt",
        "notes (conflict laptop 2026-13-01).txt",
        "notes (conflict laptop 2026-03-01 1).txt",
        "notes (conflict laptop 2026-03-01 0).txt",
        "notes (conflict lap/top 2026-03-01)/a",
        "notes (conflict laptop 2026-03-01) backup.txt",
        " (conflict laptop 2026-03-01)",
        "notes (laptop 2026-03-01).txt",
      })
  void other_names_are_no_copies(String name) {
    assertThat(ConflictName.parse(RelPath.of(name))).isEmpty();
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
