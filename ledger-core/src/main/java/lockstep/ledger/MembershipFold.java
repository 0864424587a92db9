package lockstep.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import lockstep.base.Blake3;
import lockstep.base.PublicKey;
import lockstep.base.Role;
import lockstep.base.WriterId;
import org.jspecify.annotations.Nullable;

/// One pass over the membership entries in publication order, with a given set of revocations in
/// force; see [Membership].
final class MembershipFold {
  /// @param made the entry that made it
  private record Made(Invitation invitation, Act made) {}

  private final Blake3 folder;
  private final List<Act> revocations;
  private final Map<PublicKey, Member> members = new LinkedHashMap<>();
  private final Map<PublicKey, String> names = new HashMap<>();
  private final Map<PublicKey, Made> invites = new LinkedHashMap<>();
  private final Map<PublicKey, Removal> removals = new HashMap<>();
  private final List<Act> grants = new ArrayList<>(); // those that stand, and the genesis
  private final List<Act> heals = new ArrayList<>();
  private final Set<Blake3> standing = new HashSet<>();
  private @Nullable PublicKey creator;
  private boolean someFell;

  /// The last removal of a device, and the role that it ended.
  private record Removal(Act revocation, Role role) {}

  private MembershipFold(Blake3 folder, List<Act> revocations) {
    this.folder = folder;
    this.revocations = revocations;
  }

  /// @param acts in publication order
  static MembershipFold of(Blake3 folder, List<Act> acts) {
    List<Act> revocations = new ArrayList<>();
    while (true) {
      var fold = new MembershipFold(folder, revocations);
      Optional<Act> next = fold.run(acts);
      if (next.isEmpty()) return fold;
      revocations.add(next.get());
    }
  }

  /// Folds up to the first revocation that is valid and not yet in force.
  private Optional<Act> run(List<Act> acts) {
    for (Act act : acts) {
      boolean inForce = revocations.contains(act);
      boolean stands = inForce || isPermitted(act);
      if (stands && act.payload() instanceof Payload.Revoke && !inForce) {
        return Optional.of(act);
      }
      if (stands) {
        standing.add(act.hash());
        apply(act);
      } else {
        someFell = true;
      }
    }
    return Optional.empty();
  }

  private boolean isPermitted(Act act) {
    if (isRevoked(act)) return false;
    return switch (act.payload()) {
      case Payload.Genesis _ -> creator == null && act.hash().equals(folder);
      case Payload.Grant grant ->
          needsApproval(grant)
              ? isAdmin(act) && isAdmission(act, grant)
              : isAdmin(act) || isAdmission(act, grant);
      case Payload.Invite invite -> isAdmin(act) && !invites.containsKey(invite.key());
      case Payload.Revoke revoke -> mayRevoke(act, revoke.device());
      case Payload.Withdraw withdraw -> isAdmin(act) && invites.containsKey(withdraw.invite());
      case Payload.Heal heal -> mayHeal(act.author(), heal.device());
      case Payload.Changes _, Payload.Quarantine _ -> false;
    };
  }

  /// Whether a revocation in force does not accept the entry. Revocations that raced are exempt:
  /// both hold.
  private boolean isRevoked(Act act) {
    for (Act revocation : revocations) {
      boolean raced = act.payload() instanceof Payload.Revoke && !act.hasSeen(revocation);
      if (!raced && endsBefore(revocation, act.writer(), act.sequence(), act.clock())) {
        return true;
      }
    }
    return false;
  }

  /// Whether the revocation leaves out a writer's entry, and no later grant let the device back in
  /// before that entry.
  private boolean endsBefore(Act revocation, WriterId writer, long sequence, long clock) {
    var revoke = (Payload.Revoke) revocation.payload();
    return revoke.device().equals(writer.device())
        && !revoke.accepted().includes(writer, sequence)
        && grants.stream()
            .noneMatch(
                grant ->
                    device(grant).equals(writer.device())
                        && Act.PUBLICATION.compare(revocation, grant) < 0
                        && grant.clock() < clock);
  }

  private boolean isAdmin(Act act) {
    return roleOf(act.writer().device()).filter(Role::mayAdmit).isPresent();
  }

  private Optional<Role> roleOf(PublicKey device) {
    return Optional.ofNullable(members.get(device)).map(Member::role);
  }

  /// Whether the grant stands on an invitation that needs approval: an admin's word, which only an
  /// admin can give, and no more often than the invitation says.
  private boolean needsApproval(Payload.Grant grant) {
    return grant
        .admission()
        .map(admission -> invites.get(admission.invite()))
        .filter(made -> made.invitation().terms().needsApproval())
        .isPresent();
  }

  /// That the device holds the invitation's key was checked with the entry's signature.
  private boolean isAdmission(Act act, Payload.Grant grant) {
    if (grant.admission().isEmpty() || members.containsKey(grant.device())) return false;
    Made invite = invites.get(grant.admission().get().invite());
    Removal removal = removals.get(grant.device());
    return invite != null
        && invite.invitation().isOpen()
        && invite.invitation().terms().role() == grant.role()
        && (removal == null || Act.PUBLICATION.compare(removal.revocation(), invite.made()) < 0)
        && roleOf(act.writer().device()).filter(Role::mayWrite).isPresent();
  }

  /// Only the creator removes the creator, and the last admin cannot leave. Of two admins who
  /// revoke each other concurrently, the one who is removed first still had the right.
  private boolean mayRevoke(Act act, PublicKey target) {
    PublicKey author = act.writer().device();
    Removal removal = removals.get(author);
    boolean admin =
        isAdmin(act)
            || !members.containsKey(author)
                && removal != null
                && removal.role().mayAdmit()
                && !act.hasSeen(removal.revocation());
    boolean lastAdmin =
        members.values().stream()
            .filter(member -> member.role().mayAdmit())
            .allMatch(member -> member.device().equals(target));
    return admin
        && members.containsKey(target)
        && (!isCreator(target) || isCreator(author))
        && !lastAdmin;
  }

  /// An admin heals others; where there is no other admin, also itself.
  private boolean mayHeal(PublicKey author, PublicKey device) {
    boolean alone =
        members.values().stream()
            .filter(member -> member.role().mayAdmit())
            .allMatch(member -> member.device().equals(author));
    return roleOf(author).filter(Role::mayAdmit).isPresent() && (alone || !device.equals(author));
  }

  private boolean isCreator(PublicKey device) {
    return creator != null && creator.equals(device);
  }

  private void apply(Act act) {
    switch (act.payload()) {
      case Payload.Genesis genesis -> {
        PublicKey first = act.writer().device();
        creator = first;
        admit(act, new Member(first, Role.ADMIN, genesis.creatorName()));
      }
      case Payload.Grant grant -> {
        if (isAdmission(act, grant)) {
          change(grant.admission().orElseThrow().invite(), Invitation::usedOnceMore);
        }
        admit(act, new Member(grant.device(), grant.role(), grant.name()));
      }
      case Payload.Invite invite ->
          invites.put(invite.key(), new Made(Invitation.fresh(invite, act.author()), act));
      case Payload.Withdraw withdraw -> change(withdraw.invite(), Invitation::withdrawn);
      case Payload.Revoke revoke -> remove(act, revoke.device());
      case Payload.Heal _ -> heals.add(act);
      case Payload.Changes _, Payload.Quarantine _ -> {}
    }
  }

  private void change(PublicKey invite, UnaryOperator<Invitation> change) {
    invites.computeIfPresent(
        invite, (_, was) -> new Made(change.apply(was.invitation()), was.made()));
  }

  private void admit(Act act, Member member) {
    grants.add(act);
    names.putIfAbsent(member.device(), member.name());
    members.put(member.device(), member);
  }

  private void remove(Act act, PublicKey device) {
    Member removed = members.remove(device);
    if (removed != null) removals.put(device, new Removal(act, removed.role()));
  }

  private static PublicKey device(Act grant) {
    return grant.payload() instanceof Payload.Grant(PublicKey device, _, _, _)
        ? device
        : grant.writer().device();
  }

  boolean stands(Act act) {
    return standing.contains(act.hash());
  }

  /// Without revocations and with every entry standing, what was allowed when it was written still
  /// is.
  boolean mayBeVoid() {
    return someFell || !revocations.isEmpty();
  }

  /// Whether a grant that stands let the writer write, and no revocation in force ended it.
  boolean mayWrite(WriterId writer, long sequence, long clock) {
    return grants.stream()
            .anyMatch(
                grant ->
                    device(grant).equals(writer.device())
                        && grant.clock() < clock
                        && role(grant).mayWrite())
        && revocations.stream()
            .noneMatch(revocation -> endsBefore(revocation, writer, sequence, clock));
  }

  private static Role role(Act grant) {
    return grant.payload() instanceof Payload.Grant(_, Role role, _, _) ? role : Role.ADMIN;
  }

  /// Whether every version stands or falls alike, and bears the same name, as with `before`, which
  /// knew less.
  boolean hasSameEffectAs(MembershipFold before) {
    boolean sameNames =
        before.names.entrySet().stream()
            .allMatch(named -> named.getValue().equals(names.get(named.getKey())));
    boolean sameRights =
        !mayBeVoid() && !before.mayBeVoid()
            || revocations.equals(before.revocations) && grantsOf(before).equals(before.grants);
    return sameNames && sameRights;
  }

  private List<Act> grantsOf(MembershipFold before) {
    return grants.stream().filter(grant -> before.names.containsKey(device(grant))).toList();
  }

  Map<PublicKey, Member> members() {
    return members;
  }

  Map<PublicKey, String> names() {
    return names;
  }

  /// In publication order.
  List<Invitation> invitations() {
    return invites.values().stream().map(Made::invitation).toList();
  }

  List<Act> heals() {
    return heals;
  }

  PublicKey creator() {
    if (creator == null) throw new IllegalStateException("the ledger has no genesis yet");
    return creator;
  }
}
