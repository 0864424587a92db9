package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import lockstep.base.Blake3;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.Role;
import lockstep.ledger.Admission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Invitations whose use needs a person's yes, between real devices.
@Timeout(60)
class ApprovalTest {
  @TempDir private Path temp;
  private TestDevice ana;
  private TestDevice ben;
  private final List<String> heard = new ArrayList<>();

  @BeforeEach
  void share() throws Exception {
    ana = new TestDevice(temp, "ana");
    ben = new TestDevice(temp, "ben");
    ana.engine.addFolder(ana.folder, "work");
    ana.engine.events(event -> hear("ana", event));
    ben.engine.events(event -> hear("ben", event));
  }

  private void hear(String who, SyncEvent event) {
    if (!event.type().startsWith("join-")) return;
    synchronized (heard) {
      heard.add(who + ": " + event.type() + " " + event.details().getOrDefault("words", ""));
    }
  }

  private List<String> heard() {
    synchronized (heard) {
      return List.copyOf(heard);
    }
  }

  @AfterEach
  void close() throws Exception {
    ana.close();
    ben.close();
  }

  private static <T> FutureTask<T> started(Callable<T> work) {
    var task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    return task;
  }

  private static FutureTask<FolderStatus> joining(TestDevice device, String code) {
    return started(() -> device.engine.join(code, device.folder));
  }

  private Applicant onlyApplicant() throws Exception {
    ana.await(() -> ana.engine.applicants().size() == 1);
    return ana.engine.applicants().getFirst();
  }

  private static void assertRefused(FutureTask<FolderStatus> join, String why) {
    assertThatThrownBy(() -> join.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(UserException.class, e -> assertThat(e.why()).contains(why));
  }

  @Test
  void who_is_approved_comes_in_and_both_people_see_the_same_words() throws Exception {
    var join = joining(ben, ana.invite(1, true));

    Applicant applicant = onlyApplicant();
    ben.await(() -> !ben.engine.pendingJoins().isEmpty());
    PendingJoin pending = ben.engine.pendingJoins().getFirst();
    assertThat(applicant.peer()).isEqualTo(ben.engine.self());
    assertThat(applicant.name()).isEqualTo("ben");
    assertThat(applicant.role()).isEqualTo(Role.READ_WRITE);
    assertThat(pending.admitter()).isEqualTo(ana.engine.self());
    assertThat(pending.words()).isEqualTo(applicant.words()).matches("([a-z]+-){3}[a-z]+");
    assertThat(ana.engine.folders().getFirst().members()).hasSize(1);
    assertThat(join.isDone()).isFalse();

    ana.engine.approve("work", applicant.peer());

    assertThat(join.get().members()).hasSize(2);
    assertThat(ana.engine.applicants()).isEmpty();
    assertThat(ben.engine.pendingJoins()).isEmpty();
    String words = applicant.words();
    ana.await(() -> heard().size() == 3);
    assertThat(heard())
        .containsExactlyInAnyOrder(
            "ana: join-asked " + words, "ben: join-waits " + words, "ana: join-approved " + words);
  }

  @Test
  void who_is_refused_is_told_so_and_has_spent_nothing() throws Exception {
    String code = ana.invite(1, true);
    var join = joining(ben, code);
    ana.engine.refuse("work", onlyApplicant().peer());

    assertRefused(join, "refused at 'ana'");
    assertThat(ben.engine.folders()).isEmpty();
    InvitationStatus invitation = ana.engine.invitations("work").getFirst();
    assertThat(invitation.state()).isEqualTo(InvitationStatus.State.OPEN);
    assertThat(invitation.needsApproval()).isTrue();

    var again = joining(ben, code);
    ana.engine.approve("work", onlyApplicant().peer());
    assertThat(again.get().name()).isEqualTo("work");
  }

  @Test
  void who_gives_up_waits_no_longer() throws Exception {
    var join = joining(ben, ana.invite(1, true));
    PeerId peer = onlyApplicant().peer();
    ben.await(() -> ben.engine.cancelJoin(ben.folder));

    assertRefused(join, "cancelled");
    ana.await(() -> ana.engine.applicants().isEmpty());
    assertThatThrownBy(() -> ana.engine.approve("work", peer)).isInstanceOf(UserException.class);
    assertThat(ana.engine.folders().getFirst().members()).hasSize(1);
  }

  @Test
  void who_asks_again_takes_the_place_of_his_first_request() throws Exception {
    String code = ana.invite(1, true);
    var first = joining(ben, code);
    String words = onlyApplicant().words();
    var second = joining(ben, code);

    assertRefused(first, "");
    ana.await(() -> !onlyApplicant().words().equals(words));
    ana.engine.approve("work", onlyApplicant().peer());
    assertThat(second.get().members()).hasSize(2);
  }

  @Test
  void an_invitation_that_was_revoked_meanwhile_lets_nobody_in() throws Exception {
    var join = joining(ben, ana.invite(1, true));
    PeerId peer = onlyApplicant().peer();
    ana.engine.revokeInvitation("work", ana.engine.invitations("work").getFirst().id());

    assertThatThrownBy(() -> ana.engine.approve("work", peer))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.why()).contains("was revoked"));
    assertRefused(join, "was revoked");
  }

  @Test
  void who_waits_for_a_folder_that_is_shared_no_more_is_sent_away() throws Exception {
    var join = joining(ben, ana.invite(1, true));
    onlyApplicant();
    ana.engine.removeFolder("work", true);

    assertRefused(join, "does not share that folder any more");
  }

  /// Whoever wants to choose the words would have to know the admitter's nonce first.
  @Test
  void who_shows_another_nonce_than_he_had_committed_to_never_waits() throws Exception {
    try (var eve = new TestDevice(temp, "eve")) {
      InvitationCode code = InvitationCode.parse(ana.invite(1, true));
      var proof = Admission.prove(code.secret().key(), code.folder(), eve.engine.self().key());
      Blake3 committed = Blake3.fromBytes(Entropy.system().bytes(32), 0);
      var request =
          new JoinProtocol.Request(
              code.folder(), proof, "eve", Optional.of(Comparison.commitment(committed)));
      Blake3 other = Blake3.fromBytes(Entropy.system().bytes(32), 0);

      assertThatThrownBy(() -> eve.replayJoin(ana, request, other))
          .isInstanceOf(java.io.IOException.class);
      assertThat(ana.engine.applicants()).isEmpty();
    }
  }

  @Test
  void a_joiner_that_knows_nothing_of_approval_is_refused() throws Exception {
    InvitationCode code = InvitationCode.parse(ana.invite(1, true));
    var proof = Admission.prove(code.secret().key(), code.folder(), ben.engine.self().key());
    var request = new JoinProtocol.Request(code.folder(), proof, "ben", Optional.empty());

    assertThat(ben.replayJoin(ana, request))
        .isInstanceOfSatisfying(
            JoinProtocol.Reply.Refused.class,
            refused -> assertThat(refused.reason()).contains("too old"));
  }

  @Test
  void only_an_admin_approves() throws Exception {
    ben.engine.join(ana.invite(1, false), ben.folder);
    PeerId somebody = ana.engine.self();

    for (var act :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> ben.engine.approve("work", somebody),
            () -> ben.engine.refuse("work", somebody))) {
      assertThatThrownBy(act)
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.why()).contains("only an admin may"));
    }
  }
}
