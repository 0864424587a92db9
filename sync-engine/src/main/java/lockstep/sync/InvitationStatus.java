package lockstep.sync;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import lockstep.base.PeerId;
import lockstep.base.PublicKey;
import lockstep.base.Role;
import lockstep.ledger.Invitation;
import lockstep.ledger.Ledger;

/// An invitation as its folder's ledger knows it; its code is known only to whoever was given it.
///
/// @param id names it within its folder, 16 hexadecimal digits
/// @param uses how many devices it admits in all
/// @param used how many it has admitted
/// @param inviter the admin who made it, perhaps no member any more
/// @param needsApproval whether a person has to say yes to each device
public record InvitationStatus(
    String id,
    Role role,
    Instant expires,
    int uses,
    int used,
    State state,
    PeerId inviter,
    String inviterName,
    boolean needsApproval) {

  /// Only the first of these still admits.
  public enum State {
    OPEN,
    USED,
    EXPIRED,
    REVOKED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The newest first.
  ///
  /// @param now by this device's clock, another's may judge otherwise
  static List<InvitationStatus> of(Ledger ledger, Instant now) {
    return ledger.invitations().reversed().stream().map(made -> of(ledger, made, now)).toList();
  }

  private static InvitationStatus of(Ledger ledger, Invitation made, Instant now) {
    var terms = made.terms();
    return new InvitationStatus(
        id(terms.key()),
        terms.role(),
        terms.expiry(),
        terms.uses(),
        made.uses(),
        state(made, now),
        new PeerId(made.inviter()),
        ledger.nameOf(made.inviter()),
        terms.needsApproval());
  }

  private static State state(Invitation made, Instant now) {
    if (made.isWithdrawn()) return State.REVOKED;
    if (made.isSpent()) return State.USED;
    return now.isAfter(made.terms().expiry()) ? State.EXPIRED : State.OPEN;
  }

  /// @param key the invitation's public key
  static String id(PublicKey key) {
    return key.toString().substring(0, 16);
  }

  /// The key of the one invitation whose id begins so.
  static PublicKey keyOf(Ledger ledger, String folder, String id) throws UserException {
    List<PublicKey> meant =
        ledger.invitations().stream()
            .map(made -> made.terms().key())
            .filter(key -> !id.isEmpty() && id(key).startsWith(id))
            .toList();
    if (meant.size() == 1) return meant.getFirst();
    throw new UserException(
        "no invitation '" + id + "' in '" + folder + "'",
        meant.isEmpty() ? "none has that id" : "several ids begin so",
        "lockstep invitations " + folder);
  }
}
