package lockstep.ledger;

import lockstep.base.PublicKey;

/// An invitation and what has become of it.
///
/// @param inviter the admin who made it
/// @param uses how many devices it has admitted
/// @param isWithdrawn whether an admin has ended it
public record Invitation(Payload.Invite terms, PublicKey inviter, int uses, boolean isWithdrawn) {

  static Invitation fresh(Payload.Invite terms, PublicKey inviter) {
    return new Invitation(terms, inviter, 0, false);
  }

  Invitation usedOnceMore() {
    return new Invitation(terms, inviter, uses + 1, isWithdrawn);
  }

  Invitation withdrawn() {
    return new Invitation(terms, inviter, uses, true);
  }

  public boolean isSpent() {
    return uses >= terms.uses();
  }

  /// Whether it admits one more. Its expiry is another matter: the admitting device judges that.
  public boolean isOpen() {
    return !isSpent() && !isWithdrawn;
  }
}
