package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import lockstep.base.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Joining by a code that was said, between real devices.
@Timeout(120)
class SpokenJoinTest {
  @TempDir private Path temp;
  private TestDevice ana;
  private TestDevice ben;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  @BeforeEach
  void share() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    ana.engine.addFolder(ana.folder, "work");
    ana.engine.events(
        event -> {
          if (event.type().startsWith("short-code")) heard.add(event.type());
        });
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  private String code() throws Exception {
    return ana.engine.inviteSpoken("work", Role.READ_WRITE, false);
  }

  private InvitationStatus.State invitation() throws Exception {
    return ana.engine.invitations("work").getFirst().state();
  }

  private static void assertRefused(TestDevice device, String code, String what) {
    assertThatThrownBy(() -> device.engine.join(code, device.folder))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(what);
    assertThat(device.engine.folders()).isEmpty();
  }

  @Test
  void whoever_the_local_network_names_is_asked_and_the_right_one_lets_in() throws Exception {
    String code = code();
    ben.engine.found(ana.engine.self(), ana.addresses());

    FolderStatus folder = ben.engine.join(code.replace('-', ' '), ben.folder);

    assertThat(code).matches("[1-9][0-9]?-[a-z]+-[a-z]+");
    assertThat(folder.members()).hasSize(2);
    assertThat(invitation()).isEqualTo(InvitationStatus.State.USED);
    ana.await(() -> heard.equals(List.of("short-code-used")));
    ana.write("a.txt", "hello");
    ben.awaitSameTreeAs(ana);
  }

  @Test
  void a_wrong_word_is_one_guess_and_there_is_no_other() throws Exception {
    SpokenCode code = SpokenCode.parse(code());
    ben.dial(ana);
    String wrong =
        new SpokenCode(
                code.number(), code.secret().equals("acorn-kiwi") ? "kiwi-acorn" : "acorn-kiwi")
            .text();

    assertRefused(ben, wrong, "was not accepted");
    ana.await(() -> invitation() == InvitationStatus.State.REVOKED);
    assertThat(heard).containsExactly("short-code-burnt");
    assertRefused(ben, code.text(), "no device here answers");
  }

  @Test
  void approval_is_asked_for_all_the_same() throws Exception {
    String code = ana.engine.inviteSpoken("work", Role.READ_ONLY, true);
    ben.dial(ana);
    var join = new FutureTask<>(() -> ben.engine.join(code, ben.folder));
    Thread.ofVirtual().start(join);
    ana.await(() -> !ana.engine.applicants().isEmpty());
    ana.engine.approve("work", ben.engine.self());

    assertThat(join.get().members()).hasSize(2);
  }

  /// Somebody who answers to every number is after the guess: with two who answer, nobody gets it.
  @Test
  void where_two_answer_to_the_number_the_words_are_tried_with_none() throws Exception {
    String code = code();
    try (var eve = new TestDevice(temp, "eve")) {
      eve.answersToEveryNumber();
      ben.dial(eve);
      ben.dial(ana);

      assertRefused(ben, code, "several devices answer");
      assertThat(invitation()).isEqualTo(InvitationStatus.State.OPEN);
    }
    assertThat(ben.engine.join(code, ben.folder).members()).hasSize(2);
  }

  @Test
  void a_stranger_learns_whether_a_number_is_here_and_nothing_else() throws Exception {
    SpokenCode code = SpokenCode.parse(code());
    int other = 1 + code.number() % SpokenCode.NUMBER_MAX;

    assertThat(ben.saysNumber(ana, other)).isEqualTo(SpokenMessages.here(false));
    assertThat(ben.saysNumber(ana, code.number())).isEqualTo(SpokenMessages.here(true));
    assertThat(invitation()).isEqualTo(InvitationStatus.State.OPEN);
    ben.dial(ana);
    assertThat(ben.engine.join(code.text(), ben.folder).members()).hasSize(2);
  }

  @Test
  void who_is_about_to_type_a_code_sees_who_has_one_and_its_number() throws Exception {
    assertThat(ben.engine.nearbyInvitations()).isEmpty();
    ben.engine.found(ana.engine.self(), ana.addresses());
    assertThat(ben.engine.nearbyInvitations()).isEmpty();
    SpokenCode code = SpokenCode.parse(code());

    assertThat(ben.engine.nearbyInvitations())
        .containsExactly(new NearbyInvitation(ana.engine.self(), "ana", code.number()));
    ben.await(() -> ben.roadTo(ana).isEmpty()); // it is left alone again
    assertThat(ben.engine.join(code.text(), ben.folder).members()).hasSize(2);
    assertThat(ben.engine.nearbyInvitations()).isEmpty();
    assertThat(heard).containsExactly("short-code-used");
  }

  /// The name of a device is told for as long as its user wants it to be found.
  @Test
  void without_a_code_a_stranger_learns_nothing_not_even_a_name() throws Exception {
    assertThat(ben.saysToAll(ana)).isEqualTo(SpokenMessages.here(false));
    int number = SpokenCode.parse(code()).number();

    assertThat(SpokenMessages.readOpen(ben.saysToAll(ana)))
        .isEqualTo(new SpokenMessages.Open("ana", List.of(number)));
    assertThat(invitation()).isEqualTo(InvitationStatus.State.OPEN);
  }

  @Test
  void sixteen_codes_hold_at_once() throws Exception {
    for (int i = 0; i < SpokenServer.CODES_MAX; i++) code();

    assertThatThrownBy(this::code).isInstanceOf(UserException.class);
  }

  @Test
  void only_an_admin_makes_one() throws Exception {
    ben.engine.join(ana.invite(1, false), ben.folder);

    assertThatThrownBy(() -> ben.engine.inviteSpoken("work", Role.READ_ONLY, false))
        .isInstanceOf(UserException.class);
  }
}
