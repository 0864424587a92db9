package lockstep.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import lockstep.base.Blake3;
import lockstep.base.PublicKey;
import lockstep.base.Role;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;
import org.jspecify.annotations.Nullable;

/// Who may do what: a pure function of the set of membership entries (ruling 13). Immutable.
///
/// Two questions must not be confused. *May this entry enter the ledger?* is judged by what its
/// writer had seen ([#asSeenBy]) and nothing else, so every member answers alike whatever else it
/// knows, and nobody is left with a gap. *Has it any effect?* is judged by all that is known now:
/// an entry that a revocation does not accept stays in the ledger and counts for nothing.
///
/// Entries are folded in publication order. A revocation can take away the authority of entries
/// that stand before it, so the fold starts again with each revocation that turns out valid; one
/// that was found valid stays, and hence the process ends. Two admins who revoke each other
/// concurrently are both gone.
final class Membership {
  private final Blake3 folder;
  private final List<Act> acts; // in publication order
  private final MembershipFold fold;

  /// The last answer of [#asSeenBy]: a writer who lags behind does so for many entries in a row.
  private volatile @Nullable Membership narrower;

  /// The answer of [#members]: it is asked for at every turn of a folder.
  private volatile @Nullable Members members;

  private Membership(Blake3 folder, List<Act> acts) {
    this.folder = folder;
    this.acts = acts;
    this.fold = MembershipFold.of(folder, acts);
  }

  static Membership empty(Blake3 folder) {
    return new Membership(folder, List.of());
  }

  /// With one more membership entry.
  Membership with(Act act) {
    List<Act> more = new ArrayList<>(acts);
    more.add(act);
    more.sort(Act.PUBLICATION);
    return new Membership(folder, more);
  }

  /// What a writer knew that had seen `past`.
  Membership asSeenBy(VersionVector past) {
    List<Act> seen =
        acts.stream().filter(act -> past.includes(act.writer(), act.sequence())).toList();
    if (seen.size() == acts.size()) return this;
    Membership last = narrower;
    if (last == null || !last.acts.equals(seen)) {
      last = new Membership(folder, seen);
      narrower = last;
    }
    return last;
  }

  /// Whether the writer of the next entry may write it, by all that is known here.
  boolean permits(Act act) {
    if (act.isMembership()) {
      return with(act).fold.stands(act);
    }
    Member member = fold.members().get(act.author());
    boolean saysNothing = act.payload() instanceof Payload.Quarantine;
    return member != null && (saysNothing || member.role().mayWrite());
  }

  /// Whether what a version states counts.
  boolean isVoid(WriterId writer, long sequence, long clock) {
    return fold.mayBeVoid() && !fold.mayWrite(writer, sequence, clock);
  }

  /// Whether every version stands or falls alike, and bears the same name, as with `before`, which
  /// knew less.
  boolean hasSameEffectAs(Membership before) {
    return fold.hasSameEffectAs(before.fold);
  }

  Members members() {
    Members known = members;
    if (known == null) {
      known = new Members(fold.members(), fold.creator());
      members = known;
    }
    return known;
  }

  List<Invitation> invitations() {
    return fold.invitations();
  }

  /// Whether a device is or was a member.
  boolean hasKnown(PublicKey device) {
    return fold.names().containsKey(device);
  }

  /// Whether an admin has ended a fork: one who knew both of its entries.
  boolean isHealed(PublicKey device, Predicate<VersionVector> isSeenBy) {
    return fold.heals().stream()
        .anyMatch(
            heal -> heal.payload().equals(new Payload.Heal(device)) && isSeenBy.test(heal.past()));
  }

  /// The role that a device had when an entry was written, in publication order; empty if it was no
  /// member.
  Optional<Role> roleBefore(Entry entry, PublicKey device) {
    Optional<Role> role = Optional.empty();
    for (Act act : acts) {
      if (act.hash().equals(entry.hash())) break;
      role =
          switch (act.payload()) {
            case Payload.Genesis _ when act.author().equals(device) -> Optional.of(Role.ADMIN);
            case Payload.Grant grant when grant.device().equals(device) ->
                Optional.of(grant.role());
            case Payload.Revoke revoke when revoke.device().equals(device) -> Optional.empty();
            default -> role; // of other devices, or of no role
          };
    }
    return role;
  }

  /// A device's name; also of a former member.
  String name(PublicKey device) {
    return fold.names().getOrDefault(device, "device");
  }
}
