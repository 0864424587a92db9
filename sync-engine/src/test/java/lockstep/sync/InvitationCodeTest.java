package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PublicKey;
import lockstep.base.Role;
import lockstep.p2p.Multiaddr;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class InvitationCodeTest {

  @ParameterizedTest
  @SeedSource(count = 200)
  void a_code_reads_back_as_what_it_was_made_of(long seed) throws UserException {
    InvitationCode code = code(new Gen(seed));
    InvitationCode read = InvitationCode.parse(code.text());
    assertThat(read.folder()).isEqualTo(code.folder());
    assertThat(read.inviter()).isEqualTo(code.inviter());
    assertThat(read.role()).isEqualTo(code.role());
    assertThat(read.expires()).isEqualTo(code.expires());
    assertThat(read.addresses()).isEqualTo(code.addresses());
    assertThat(read.secret().key().publicKey()).isEqualTo(code.secret().key().publicKey());
  }

  @Test
  void case_spaces_and_look_alikes_do_not_matter() throws UserException {
    String text = code(new Gen(1)).text();
    String sloppy =
        " "
            + text.substring(0, 20)
            + "-\n"
            + text.substring(20).toLowerCase(Locale.ROOT).replace('0', 'o').replace('1', 'l');
    assertThat(InvitationCode.parse(sloppy).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @SeedSource(count = 300)
  void of_a_mistyped_character_the_place_is_named(long seed) {
    var gen = new Gen(seed);
    var text = new StringBuilder(code(gen).text());
    int at = gen.between(0, text.length() - 1);
    text.setCharAt(at, text.charAt(at) == '7' ? '8' : '7');

    assertThatThrownBy(() -> InvitationCode.parse(text.toString()))
        .isInstanceOfSatisfying(
            UserException.class,
            e ->
                assertThat(e.why())
                    .startsWith("character " + (at + 1) + " (…")
                    .contains("[" + text.charAt(at) + "]")
                    .endsWith("looks wrong"));
  }

  @Test
  void a_code_of_another_format_says_which_lockstep_to_update() {
    String body = code(new Gen(1)).text().substring(1, 60);

    assertRefused(SelfCheckingText.of("3" + body), "made by a newer Lockstep");
    assertRefused("100H" + body, "made by an older Lockstep");
    assertRefused(SelfCheckingText.of("0" + body), "character 1 (…[0]");
  }

  private static void assertRefused(String text, String why) {
    assertThatThrownBy(() -> InvitationCode.parse(text))
        .isInstanceOfSatisfying(UserException.class, e -> assertThat(e.why()).contains(why));
  }

  @Test
  void half_a_code_and_one_with_a_character_lost_or_doubled_are_told_apart() {
    String text = code(new Gen(1)).text();

    assertRefused(text.substring(0, text.length() / 2), "characters are missing");
    assertRefused(text.substring(0, 40) + text.substring(41), "is missing at about place 41");
    assertRefused(text.substring(0, 40) + 'X' + text.substring(40), "too many at about place 41");
  }

  @Test
  void garbage_is_refused_and_the_character_named() {
    for (String garbage :
        List.of("", "hello", "U".repeat(50), "0".repeat(3000), "\u0000", "99999999")) {
      assertThatThrownBy(() -> InvitationCode.parse(garbage)).isInstanceOf(UserException.class);
    }
    assertThatThrownBy(() -> InvitationCode.parse("ABC!"))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.why()).contains("character 4 ('!')"));
  }

  @Test
  void the_secret_is_not_shown() {
    InvitationCode code = code(new Gen(5));
    assertThat(code.toString()).doesNotContain(code.text()).contains("InvitationCode[folder=");
  }

  private static InvitationCode code(Gen gen) {
    return new InvitationCode(
        Blake3.fromBytes(gen.bytes(32), 0),
        new PeerId(PublicKey.of(gen.bytes(32))),
        new InvitationCode.Secret(gen.bytes(16)),
        gen.pick(List.of(Role.values())),
        Instant.ofEpochSecond(gen.between(1, Integer.MAX_VALUE)),
        gen.chance(50)
            ? List.of(
                Multiaddr.parse("/ip4/192.168.1.7/tcp/4001"), Multiaddr.parse("/ip6/::1/tcp/9"))
            : List.of());
  }
}
