package lockstep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.VersionVector;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

class MembershipTest {
  @TempDir private Path directory;
  private Cluster cluster;
  private Cluster.Device admin;

  @BeforeEach
  void start() throws IOException {
    cluster = new Cluster(directory);
    admin = cluster.first();
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
  }

  @Test
  void any_writer_may_admit_the_holder_of_an_invitation() throws IOException {
    PrivateKey invitation = invite(Role.READ_ONLY, 1);
    var member = cluster.join(Role.READ_WRITE);
    PrivateKey guest = cluster.stranger();

    member.ledger().append(List.of(admission(invitation, guest, Role.READ_ONLY)));
    admin.pull(member);

    assertThat(admin.ledger().members().role(guest.publicKey())).contains(Role.READ_ONLY);
    assertThat(admin.ledger().invitation(invitation.publicKey()).orElseThrow().uses()).isEqualTo(1);
  }

  @Test
  void an_invitation_admits_no_more_than_it_says() throws IOException {
    PrivateKey invitation = invite(Role.READ_ONLY, 1);
    admin.ledger().append(List.of(admission(invitation, cluster.stranger(), Role.READ_ONLY)));
    var member = cluster.join(Role.READ_WRITE);
    var second = admission(invitation, cluster.stranger(), Role.READ_ONLY);

    assertThatThrownBy(() -> member.ledger().append(List.of(second)))
        .isInstanceOf(IllegalStateException.class);
    byte[] forged = Tamper.entry(member.key(), member.ledger(), second);
    assertThatThrownBy(() -> admin.ledger().accept(List.of(forged)))
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void of_two_uses_that_raced_the_first_published_stands_everywhere() throws IOException {
    PrivateKey invitation = invite(Role.READ_WRITE, 1);
    var a = cluster.join(Role.READ_WRITE);
    var b = cluster.join(Role.READ_WRITE);
    a.pull(admin);
    a.edit("f", "gives its next entry a higher clock");
    PrivateKey late = cluster.stranger();
    PrivateKey early = cluster.stranger();
    a.ledger().append(List.of(admission(invitation, late, Role.READ_WRITE)));
    b.ledger().append(List.of(admission(invitation, early, Role.READ_WRITE)));

    a.pull(b);
    b.pull(a);

    for (var device : List.of(a, b)) {
      assertThat(device.ledger().members().role(early.publicKey())).contains(Role.READ_WRITE);
      assertThat(device.ledger().members().role(late.publicKey())).isEmpty();
    }
  }

  @Test
  void a_withdrawn_invitation_admits_nobody() throws IOException {
    PrivateKey invitation = invite(Role.READ_WRITE, 5);
    var member = cluster.join(Role.READ_WRITE);
    admin.ledger().append(List.of(new Payload.Withdraw(invitation.publicKey())));
    member.pull(admin);
    var late = admission(invitation, cluster.stranger(), Role.READ_WRITE);

    assertThatThrownBy(() -> member.ledger().append(List.of(late)))
        .isInstanceOf(IllegalStateException.class);
    byte[] forged = Tamper.entry(member.key(), member.ledger(), late);
    assertThatThrownBy(() -> admin.ledger().accept(List.of(forged)))
        .isInstanceOf(PeerViolationException.class);
    assertThat(member.ledger().invitation(invitation.publicKey()).orElseThrow().isOpen()).isFalse();
  }

  @Test
  void of_an_admission_and_a_withdrawal_that_raced_the_first_published_stands_everywhere()
      throws IOException {
    PrivateKey invitation = invite(Role.READ_WRITE, 2);
    var early = cluster.join(Role.READ_WRITE);
    var late = cluster.join(Role.READ_WRITE);
    late.pull(admin);
    for (int i = 0; i < 3; i++) late.edit("f" + i, "gives its next entry a higher clock");
    PrivateKey before = cluster.stranger();
    PrivateKey after = cluster.stranger();
    early.ledger().append(List.of(admission(invitation, before, Role.READ_WRITE)));
    admin.edit("g", "puts the withdrawal between the two");
    admin.ledger().append(List.of(new Payload.Withdraw(invitation.publicKey())));
    late.ledger().append(List.of(admission(invitation, after, Role.READ_WRITE)));

    admin.pull(early);
    admin.pull(late);
    late.pull(admin);
    early.pull(admin);

    for (var device : List.of(admin, early, late)) {
      assertThat(device.ledger().members().role(before.publicKey())).contains(Role.READ_WRITE);
      assertThat(device.ledger().members().role(after.publicKey())).isEmpty();
    }
  }

  @Test
  void only_an_admin_withdraws_and_only_what_was_made() throws IOException {
    PrivateKey invitation = invite(Role.READ_WRITE, 5);
    var member = cluster.join(Role.READ_WRITE);
    var unknown = new Payload.Withdraw(cluster.stranger().publicKey());
    var known = new Payload.Withdraw(invitation.publicKey());

    assertThatThrownBy(() -> member.ledger().append(List.of(known)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> admin.ledger().append(List.of(unknown)))
        .isInstanceOf(IllegalStateException.class);
    byte[] forged = Tamper.entry(member.key(), member.ledger(), known);
    assertThatThrownBy(() -> admin.ledger().accept(List.of(forged)))
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void what_a_device_wrote_that_was_never_rightly_admitted_has_no_effect() throws IOException {
    PrivateKey invitation = invite(Role.READ_WRITE, 1);
    var a = cluster.join(Role.READ_WRITE);
    var b = cluster.join(Role.READ_WRITE);
    a.pull(admin);
    a.edit("f", "gives its next entry a higher clock");
    PrivateKey late = cluster.stranger();
    a.ledger().append(List.of(admission(invitation, late, Role.READ_WRITE)));
    var guest = cluster.enter(late, a);
    guest.edit("g", "guest");
    a.pull(guest);
    assertThat(a.tree()).containsKey("g");
    b.ledger().append(List.of(admission(invitation, cluster.stranger(), Role.READ_WRITE)));

    Appended appended = a.pull(b);

    assertThat(a.tree()).containsOnlyKeys("f");
    assertThat(appended.changed()).contains(RelPath.of("g"));
    b.pull(a);
    assertThat(b.tree()).isEqualTo(a.tree());
    b.reopen();
    assertThat(b.tree()).isEqualTo(a.tree());
  }

  @Test
  void reading_the_ledger_is_not_enough_to_spend_an_invitation() throws IOException {
    PrivateKey invitation = invite(Role.ADMIN, 5);
    var member = cluster.join(Role.READ_WRITE);
    PublicKey accomplice = cluster.stranger().publicKey();
    var forged =
        new Payload.Grant(
            accomplice,
            Role.ADMIN,
            "x",
            Optional.of(Admission.of(invitation.publicKey(), new byte[64])));
    var elsewhere =
        new Payload.Grant(
            accomplice,
            Role.ADMIN,
            "x",
            Optional.of(
                Admission.prove(
                    invitation, admin.ledger().folderId(), cluster.stranger().publicKey())));
    var promotion = admission(invitation, member.key(), Role.ADMIN);

    for (Payload payload : List.of(forged, elsewhere, promotion)) {
      byte[] entry = Tamper.entry(member.key(), member.ledger(), payload);
      assertThatThrownBy(() -> admin.ledger().accept(List.of(entry)))
          .isInstanceOf(PeerViolationException.class);
    }
  }

  @Test
  void an_invitation_gives_no_other_role_than_its_own() throws IOException {
    PrivateKey invitation = invite(Role.READ_ONLY, 5);
    var member = cluster.join(Role.READ_WRITE);

    assertThatThrownBy(
            () ->
                member
                    .ledger()
                    .append(List.of(admission(invitation, cluster.stranger(), Role.ADMIN))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void on_an_invitation_that_needs_approval_only_an_admin_admits() throws IOException {
    PrivateKey invitation = invite(Role.READ_WRITE, 2, true);
    var member = cluster.join(Role.READ_WRITE);
    PrivateKey guest = cluster.stranger();
    var admission = admission(invitation, guest, Role.READ_WRITE);

    assertThatThrownBy(() -> member.ledger().append(List.of(admission)))
        .isInstanceOf(IllegalStateException.class);
    byte[] forged = Tamper.entry(member.key(), member.ledger(), admission);
    assertThatThrownBy(() -> admin.ledger().accept(List.of(forged)))
        .isInstanceOf(PeerViolationException.class);
    admin.ledger().append(List.of(admission));
    member.pull(admin);

    assertThat(member.ledger().members().role(guest.publicKey())).contains(Role.READ_WRITE);
    assertThat(member.ledger().invitation(invitation.publicKey()).orElseThrow().uses())
        .isEqualTo(1);
  }

  /// Who was an admin when he approved, and had been made less by an entry that comes before, has
  /// let nobody in; everybody says so.
  @Test
  void an_approval_that_races_with_the_end_of_an_admins_rights_stands_nowhere() throws IOException {
    PrivateKey invitation = invite(Role.READ_WRITE, 1, true);
    var second = cluster.join(Role.ADMIN);
    var member = cluster.join(Role.READ_WRITE);
    second.pull(admin);
    second.edit("f", "gives its next entry a higher clock");
    second.edit("g", "and a higher one");
    PrivateKey guest = cluster.stranger();
    second.ledger().append(List.of(admission(invitation, guest, Role.READ_WRITE)));
    var demotion =
        new Payload.Grant(second.key().publicKey(), Role.READ_WRITE, "s", Optional.empty());
    admin.ledger().append(List.of(demotion));

    member.pull(second);
    assertThat(member.ledger().members().role(guest.publicKey())).contains(Role.READ_WRITE);
    member.pull(admin);
    admin.pull(second);
    second.pull(admin);

    for (var device : List.of(admin, second, member)) {
      assertThat(device.ledger().members().role(guest.publicKey())).isEmpty();
      assertThat(device.ledger().invitation(invitation.publicKey()).orElseThrow().uses()).isZero();
    }
  }

  @Test
  void of_two_approvals_of_one_use_that_raced_the_first_published_stands_everywhere()
      throws IOException {
    PrivateKey invitation = invite(Role.READ_WRITE, 1, true);
    var second = cluster.join(Role.ADMIN);
    second.pull(admin);
    second.edit("f", "gives its next entry a higher clock");
    PrivateKey late = cluster.stranger();
    PrivateKey early = cluster.stranger();
    second.ledger().append(List.of(admission(invitation, late, Role.READ_WRITE)));
    admin.ledger().append(List.of(admission(invitation, early, Role.READ_WRITE)));

    admin.pull(second);
    second.pull(admin);

    for (var device : List.of(admin, second)) {
      assertThat(device.ledger().members().role(early.publicKey())).contains(Role.READ_WRITE);
      assertThat(device.ledger().members().role(late.publicKey())).isEmpty();
    }
  }

  @Test
  void only_an_admin_invites_grants_and_revokes() throws IOException {
    var member = cluster.join(Role.READ_WRITE);
    PublicKey other = cluster.stranger().publicKey();

    for (Payload payload :
        List.of(
            new Payload.Invite(other, Role.READ_ONLY, Instant.EPOCH, 1, false),
            new Payload.Grant(other, Role.READ_ONLY, "x", Optional.empty()),
            new Payload.Revoke(admin.key().publicKey(), VersionVector.EMPTY))) {
      assertThatThrownBy(() -> member.ledger().append(List.of(payload)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void the_creator_is_removed_by_nobody_else_and_the_last_admin_stays() throws IOException {
    var second = cluster.join(Role.ADMIN);

    assertThatThrownBy(() -> revoke(second, admin)).isInstanceOf(IllegalStateException.class);
    revoke(admin, second);
    assertThatThrownBy(() -> revoke(admin, admin)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void two_admins_who_revoke_each_other_are_both_gone() throws IOException {
    var a = cluster.join(Role.ADMIN);
    var b = cluster.join(Role.ADMIN);
    a.pull(admin);
    revoke(a, b);
    revoke(b, a);

    admin.pull(b);
    admin.pull(a);
    a.pull(b);

    for (var device : List.of(admin, a)) {
      assertThat(device.ledger().members().current()).containsOnlyKeys(admin.key().publicKey());
    }
  }

  @Test
  void what_a_revocation_does_not_accept_reverts_to_the_best_valid_version() throws IOException {
    var member = cluster.join(Role.READ_WRITE);
    var other = cluster.join(Role.READ_WRITE);
    member.pull(admin);
    member.edit("f", "accepted");
    admin.pull(member);
    member.edit("f", "unseen");
    other.pull(member);
    assertThat(other.node("f")).isEqualTo(Cluster.file("unseen"));

    revoke(admin, member);
    Appended appended = other.pull(admin);

    assertThat(appended.changed()).containsExactly(RelPath.of("f"));
    assertThat(other.node("f")).isEqualTo(Cluster.file("accepted"));
    admin.pull(other);
    assertThat(admin.tree()).isEqualTo(other.tree());
    other.reopen();
    assertThat(admin.tree()).isEqualTo(other.tree());
  }

  @Test
  void who_knows_of_his_removal_writes_no_more() throws IOException {
    var member = cluster.join(Role.READ_WRITE);
    revoke(admin, member);
    member.pull(admin);

    assertThatThrownBy(() -> member.edit("f", "1")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void who_is_admitted_again_writes_again_but_what_he_wrote_between_stays_void()
      throws IOException {
    var member = cluster.join(Role.READ_WRITE);
    revoke(admin, member);
    member.edit("between", "1");
    var grant =
        new Payload.Grant(member.key().publicKey(), Role.READ_WRITE, "again", Optional.empty());
    admin.ledger().append(List.of(grant));
    member.pull(admin);
    member.edit("after", "2");
    admin.pull(member);

    assertThat(admin.tree()).containsOnlyKeys("after");
    assertThat(member.tree()).containsOnlyKeys("after");
    assertThat(admin.ledger().members().role(member.key().publicKey())).contains(Role.READ_WRITE);
  }

  @Test
  void a_new_role_holds_for_what_is_written_knowing_it() throws IOException {
    var member = cluster.join(Role.READ_WRITE);
    admin
        .ledger()
        .append(
            List.of(
                new Payload.Grant(
                    member.key().publicKey(), Role.READ_ONLY, "m", Optional.empty())));
    member.edit("before", "1"); // did not know
    admin.pull(member);
    member.pull(admin);

    assertThat(admin.tree()).containsOnlyKeys("before");
    assertThatThrownBy(() -> member.edit("after", "2")).isInstanceOf(IllegalStateException.class);
  }

  /// Admins and writers admit, revoke and edit with partial knowledge: in the end all agree.
  @ParameterizedTest
  @SeedSource(count = 40)
  void membership_and_tree_converge(long seed) throws IOException {
    var gen = new Gen(seed);
    try (var many = new Cluster(directory.resolve("s" + seed))) {
      for (int i = 0; i < 4; i++) many.join(i < 2 ? Role.ADMIN : Role.READ_WRITE);
      for (int i = 30; i > 0; i--) act(gen, many, gen.pick(many.devices()));
      for (int round = 0; round < 2; round++) {
        for (var device : many.devices()) {
          for (var other : many.devices()) device.pull(other);
        }
      }
      var first = many.first();
      for (var device : many.devices()) {
        assertThat(device.ledger().members().current())
            .isEqualTo(first.ledger().members().current());
        assertThat(device.tree()).isEqualTo(first.tree());
        device.reopen();
        assertThat(device.tree()).isEqualTo(first.tree());
        assertThat(device.ledger().verify().problems()).isEmpty();
      }
    }
  }

  private void act(Gen gen, Cluster many, Cluster.Device device) throws IOException {
    var other = gen.pick(many.devices());
    var key = other.key().publicKey();
    try {
      switch (gen.between(0, 6)) {
        case 0 ->
            device.ledger().append(List.of(new Payload.Revoke(key, device.ledger().frontier())));
        case 1 ->
            device
                .ledger()
                .append(
                    List.of(
                        new Payload.Grant(
                            key, gen.pick(List.of(Role.values())), "g", Optional.empty())));
        case 2, 3 -> device.pull(other);
        default -> device.edit("f" + gen.between(0, 2), "c" + gen.between(0, 9));
      }
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("no right");
    }
  }

  private PrivateKey invite(Role role, int uses) throws IOException {
    return invite(role, uses, false);
  }

  private PrivateKey invite(Role role, int uses, boolean needsApproval) throws IOException {
    PrivateKey invitation = cluster.stranger();
    Instant expiry = Instant.parse("2026-03-02T00:00:00Z");
    admin
        .ledger()
        .append(
            List.of(new Payload.Invite(invitation.publicKey(), role, expiry, uses, needsApproval)));
    return invitation;
  }

  private Payload.Grant admission(PrivateKey invitation, PrivateKey device, Role role) {
    var admission = Admission.prove(invitation, admin.ledger().folderId(), device.publicKey());
    return new Payload.Grant(device.publicKey(), role, "guest", Optional.of(admission));
  }

  private static void revoke(Cluster.Device by, Cluster.Device target) throws IOException {
    var accepted = by.ledger().frontier();
    by.ledger().append(List.of(new Payload.Revoke(target.key().publicKey(), accepted)));
  }
}
