package lockstep.sync;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import lockstep.base.PeerId;
import lockstep.base.Role;
import lockstep.ledger.Invitation;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;

/// Judges a request to join, and lets the device in.
///
/// @param asked when the request came: an invitation's expiry is judged by that
record Admitting(Folder folder, PeerId peer, JoinProtocol.Request request, Instant asked) {
  /// One at a time, so that the last use of an invitation is not given twice by this device.
  private static final Object ONE_AT_A_TIME = new Object();

  /// Makes the device a member, who may have been one already. A person has said yes where one has
  /// to.
  ///
  /// @return why it was refused; empty if the peer is a member now
  Optional<String> admit() throws IOException {
    synchronized (ONE_AT_A_TIME) {
      Optional<String> refusal = refusal();
      if (refusal.isPresent() || isMember()) {
        return refusal;
      }
      var changed = folder.ledger().append(List.of(grant())).changed();
      folder.accept(new FolderEvent.Ask(loop -> loop.ledgerChanged(changed)));
      return Optional.empty();
    }
  }

  /// Whether a person has to be asked first.
  boolean needsApproval() {
    return !isMember() && invitation().filter(invite -> invite.terms().needsApproval()).isPresent();
  }

  /// What the device is to become.
  Role role() {
    return invitation().orElseThrow().terms().role();
  }

  private boolean isMember() {
    return folder.ledger().members().role(peer.key()).isPresent();
  }

  private Optional<Invitation> invitation() {
    return folder.ledger().invitation(request.admission().invite());
  }

  private Payload.Grant grant() {
    return new Payload.Grant(
        peer.key(), role(), request.device(), Optional.of(request.admission()));
  }

  /// Why the device is not let in, whatever a person says.
  Optional<String> refusal() {
    Ledger ledger = folder.ledger();
    var invite = invitation();
    if (invite.isEmpty() || !request.admission().holds(ledger.folderId(), peer.key())) {
      return Optional.of("the invitation is not one of this folder's");
    }
    if (isMember()) {
      return Optional.empty(); // it asks again, perhaps after a crash
    }
    if (invite.get().isWithdrawn()) {
      return Optional.of("the invitation was revoked");
    }
    if (invite.get().isSpent()) {
      return Optional.of("the invitation has been used already");
    }
    if (asked.isAfter(invite.get().terms().expiry())) {
      return Optional.of("the invitation expired at " + invite.get().terms().expiry());
    }
    return inability(ledger.members().role(folder.self().key())).or(this::unfitName);
  }

  private Optional<String> unfitName() {
    try {
      grant();
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("the joining device's name is not fit: " + e.getMessage());
    }
  }

  private Optional<String> inability(Optional<Role> own) {
    if (needsApproval()) {
      return own.filter(Role::mayAdmit).isPresent()
          ? Optional.empty()
          : Optional.of("only an admin may approve, and this device is none any more");
    }
    return own.filter(Role::mayWrite).isPresent()
        ? Optional.empty()
        : Optional.of("this device is read-only and may not let anybody in; ask another member");
  }
}
