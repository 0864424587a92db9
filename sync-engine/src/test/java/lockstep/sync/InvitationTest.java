package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import lockstep.base.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who comes in by an invitation and who does not, between real devices.
@Timeout(60)
class InvitationTest {
  @TempDir private Path temp;
  private TestDevice ana;
  private TestDevice ben;

  @BeforeEach
  void share() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    ana.engine.addFolder(ana.folder, "work");
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  private String invite(Duration validFor, int uses) throws Exception {
    return ana.engine.invite("work", new InvitationTerms(Role.READ_WRITE, validFor, uses, false));
  }

  private InvitationStatus newest() throws Exception {
    return ana.engine.invitations("work").getFirst();
  }

  private static void assertRefused(TestDevice device, String code, String why) {
    Path made = device.folder.resolve("made for it");
    assertThatThrownBy(() -> device.engine.join(code, made))
        .isInstanceOfSatisfying(UserException.class, e -> assertThat(e.why()).contains(why));
    assertThat(device.engine.folders()).isEmpty();
    assertThat(made).doesNotExist();
  }

  @Test
  void a_slip_in_it_is_found_before_it_is_used() throws Exception {
    String code = invite(Duration.ofHours(1), 1);
    char tenth = code.charAt(9);
    String mistyped = code.substring(0, 9) + (tenth == '7' ? '8' : '7') + code.substring(10);

    ben.engine.checkInvitation(code);
    ben.engine.checkInvitation("7-maple-violin");
    assertThatThrownBy(() -> ben.engine.checkInvitation(mistyped))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.why()).startsWith("character 10 "));
    assertThatThrownBy(() -> ben.engine.checkInvitation("7-mapel-violin"))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.why()).contains("perhaps 'maple'"));
    assertThatThrownBy(() -> ana.engine.checkInvitation(code))
        .hasMessageContaining("shares that folder already");
    assertThat(newest().state()).isEqualTo(InvitationStatus.State.OPEN);
  }

  @Test
  void it_works_as_often_as_it_says() throws Exception {
    String once = invite(Duration.ofHours(1), 1);
    ben.engine.join(once, ben.folder);

    try (var eve = new TestDevice(temp, "eve")) {
      assertRefused(eve, once, "used already");
    }
    assertThat(newest().state()).isEqualTo(InvitationStatus.State.USED);
    assertThat(newest().used()).isEqualTo(1);
  }

  @Test
  void of_two_who_come_at_once_with_one_use_one_gets_in() throws Exception {
    String once = invite(Duration.ofHours(1), 1);
    try (var eve = new TestDevice(temp, "eve")) {
      var joining =
          List.of(ben, eve).stream()
              .map(
                  device ->
                      new Thread(
                          () -> {
                            try {
                              device.engine.join(once, device.folder);
                            } catch (UserException | java.io.IOException e) {
                              // the other was quicker
                            }
                          }))
              .toList();
      joining.forEach(Thread::start);
      for (Thread each : joining) each.join();

      assertThat(ben.engine.folders().size() + eve.engine.folders().size()).isEqualTo(1);
      assertThat(ana.engine.folders().getFirst().members()).hasSize(2);
    }
  }

  @Test
  void it_works_only_in_time() throws Exception {
    String expired = invite(Duration.ofSeconds(-1), 1);

    assertRefused(ben, expired, "expired");
    assertThat(newest().state()).isEqualTo(InvitationStatus.State.EXPIRED);
  }

  @Test
  void it_works_no_more_once_it_is_revoked() throws Exception {
    String code = invite(Duration.ofHours(1), 5);
    String id = newest().id();
    ana.engine.revokeInvitation("work", id.substring(0, 6));

    assertRefused(ben, code, "revoked");
    assertThat(newest().state()).isEqualTo(InvitationStatus.State.REVOKED);
    ben.engine.join(invite(Duration.ofHours(1), 1), ben.folder);
    assertThat(ben.engine.invitations("work"))
        .extracting(InvitationStatus::state)
        .containsExactly(InvitationStatus.State.USED, InvitationStatus.State.REVOKED);
  }

  @Test
  void whose_id_names_none_or_several_is_not_revoked() throws Exception {
    invite(Duration.ofHours(1), 1);

    for (String id : List.of("", "no such")) {
      assertThatThrownBy(() -> ana.engine.revokeInvitation("work", id))
          .isInstanceOf(UserException.class);
    }
    assertThat(newest().state()).isEqualTo(InvitationStatus.State.OPEN);
  }

  @Test
  void only_an_admin_revokes() throws Exception {
    ben.engine.join(invite(Duration.ofHours(1), 2), ben.folder);

    assertThatThrownBy(() -> ben.engine.revokeInvitation("work", newest().id()))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.why()).contains("only an admin may"));
  }

  @Test
  void a_guessed_secret_is_none_of_the_folders() throws Exception {
    InvitationCode real = InvitationCode.parse(invite(Duration.ofHours(1), 1));
    var guessed =
        new InvitationCode(
            real.folder(),
            real.inviter(),
            new InvitationCode.Secret(new byte[InvitationCode.SECRET_LENGTH]),
            real.role(),
            real.expires(),
            real.addresses());

    assertRefused(ben, guessed.text(), "not one of this folder's");
    assertThat(newest().state()).isEqualTo(InvitationStatus.State.OPEN);
  }

  /// What proves an invitation is bound to the device that proves it: whoever hears it, or is given
  /// it by the one he pretends to serve, cannot use it.
  @Test
  void the_proof_of_one_device_lets_no_other_in() throws Exception {
    InvitationCode code = InvitationCode.parse(invite(Duration.ofHours(1), 1));
    try (var eve = new TestDevice(temp, "eve")) {
      var heard =
          lockstep.ledger.Admission.prove(
              code.secret().key(), code.folder(), ben.engine.self().key());

      assertThat(
              eve.replayJoin(
                  ana, new JoinProtocol.Request(code.folder(), heard, "eve", Optional.empty())))
          .isInstanceOfSatisfying(
              JoinProtocol.Reply.Refused.class,
              refused -> assertThat(refused.reason()).contains("not one of this folder's"));
    }
    assertThat(newest().state()).isEqualTo(InvitationStatus.State.OPEN);
  }

  /// The code names who is to be found there; the connection proves it.
  @Test
  void an_address_that_leads_to_somebody_else_lets_nobody_in_the_middle() throws Exception {
    InvitationCode real = InvitationCode.parse(invite(Duration.ofHours(1), 1));
    try (var eve = new TestDevice(temp, "eve")) {
      var bent =
          new InvitationCode(
              real.folder(),
              real.inviter(),
              real.secret(),
              real.role(),
              real.expires(),
              eve.addresses());

      assertRefused(ben, bent.text(), "cannot be reached");
      assertThat(newest().state()).isEqualTo(InvitationStatus.State.OPEN);
    }
  }
}
