package lockstep.sync;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import lockstep.base.PeerId;
import lockstep.base.Role;
import lockstep.base.TimeSource;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;

/// Judges a request to join, and lets the device in.
record Admitting(Folder folder, TimeSource time) {
  /// One at a time, so that the last use of an invitation is not given twice by this device.
  private static final Object ONE_AT_A_TIME = new Object();

  /// @return why it was refused; empty if the peer is a member now
  Optional<String> admit(PeerId peer, JoinProtocol.Request request) throws IOException {
    synchronized (ONE_AT_A_TIME) {
      Ledger ledger = folder.ledger();
      Optional<String> refusal = judge(ledger, peer, request);
      if (refusal.isPresent() || ledger.members().role(peer.key()).isPresent()) {
        return refusal;
      }
      var invite = ledger.invitation(request.admission().invite()).orElseThrow().terms();
      var grant =
          new Payload.Grant(
              peer.key(), invite.role(), request.device(), Optional.of(request.admission()));
      var changed = ledger.append(List.of(grant)).changed();
      folder.accept(new FolderEvent.Ask(loop -> loop.ledgerChanged(changed)));
      return Optional.empty();
    }
  }

  private Optional<String> judge(Ledger ledger, PeerId peer, JoinProtocol.Request request) {
    var invite = ledger.invitation(request.admission().invite());
    if (invite.isEmpty() || !request.admission().holds(ledger.folderId(), peer.key())) {
      return Optional.of("the invitation is not one of this folder's");
    }
    if (ledger.members().role(peer.key()).isPresent()) {
      return Optional.empty(); // it asks again, perhaps after a crash
    }
    if (invite.get().isWithdrawn()) {
      return Optional.of("the invitation was revoked");
    }
    if (invite.get().isSpent()) {
      return Optional.of("the invitation has been used already");
    }
    if (time.wallTime().isAfter(invite.get().terms().expiry())) {
      return Optional.of("the invitation expired at " + invite.get().terms().expiry());
    }
    boolean able = ledger.members().role(folder.self().key()).filter(Role::mayWrite).isPresent();
    return able
        ? Optional.empty()
        : Optional.of("this device is read-only and may not let anybody in; ask another member");
  }
}
