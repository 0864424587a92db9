package lockstep.sync;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import lockstep.base.Node;
import lockstep.base.PeerId;
import lockstep.base.PublicKey;
import lockstep.base.Role;
import lockstep.ledger.Change;
import lockstep.ledger.Entry;
import lockstep.ledger.Ledger;
import lockstep.ledger.Payload;

/// Puts ledger entries into words.
final class LedgerRows {
  private LedgerRows() {}

  static List<LedgerRow> of(Ledger ledger, OptionalLong limit) {
    try (var entries = ledger.entries()) {
      Doings doings = Doings.read(entries.iterator(), limit.orElse(Long.MAX_VALUE));
      return doings.entries().stream().map(entry -> row(ledger, entry, doings)).toList();
    }
  }

  private static LedgerRow row(Ledger ledger, Entry entry, Doings doings) {
    PublicKey author = entry.writer().device();
    return new LedgerRow(
        entry.hash(),
        new PeerId(author),
        ledger.nameOf(author),
        entry.writer().incarnation(),
        entry.sequence(),
        entry.clock(),
        entry.wallTime(),
        kind(entry.payload()),
        lines(entry.payload()),
        doings.of(entry),
        belonging(ledger, entry));
  }

  private static Optional<LedgerRow.Belonging> belonging(Ledger ledger, Entry entry) {
    return switch (entry.payload()) {
      case Payload.Genesis genesis ->
          about("create", entry.writer().device(), genesis.creatorName(), Optional.of(Role.ADMIN));
      case Payload.Grant grant -> {
        boolean isNew = ledger.roleBefore(entry, grant.device()).isEmpty();
        yield about(
            isNew ? "join" : "role", grant.device(), grant.name(), Optional.of(grant.role()));
      }
      case Payload.Revoke(PublicKey device, _) -> {
        boolean leaves = device.equals(entry.writer().device());
        yield about(leaves ? "leave" : "remove", device, ledger.nameOf(device), Optional.empty());
      }
      case Payload.Invite invite -> {
        var offer = new LedgerRow.Offer(invite.uses(), invite.expiry(), invite.needsApproval());
        yield Optional.of(
            new LedgerRow.Belonging(
                "invite", Optional.empty(), "", Optional.of(invite.role()), Optional.of(offer)));
      }
      case Payload.Withdraw _ ->
          Optional.of(
              new LedgerRow.Belonging(
                  "withdraw", Optional.empty(), "", Optional.empty(), Optional.empty()));
      case Payload.Quarantine(PublicKey device) ->
          about("quarantine", device, ledger.nameOf(device), Optional.empty());
      case Payload.Heal(PublicKey device) ->
          about("heal", device, ledger.nameOf(device), Optional.empty());
      case Payload.Changes _ -> Optional.empty();
    };
  }

  private static Optional<LedgerRow.Belonging> about(
      String kind, PublicKey device, String name, Optional<Role> role) {
    return Optional.of(
        new LedgerRow.Belonging(
            kind, Optional.of(new PeerId(device)), name, role, Optional.empty()));
  }

  private static String kind(Payload payload) {
    return switch (payload) {
      case Payload.Genesis _ -> "genesis";
      case Payload.Grant _ -> "grant";
      case Payload.Revoke _ -> "revoke";
      case Payload.Invite _ -> "invite";
      case Payload.Changes _ -> "changes";
      case Payload.Quarantine _ -> "quarantine";
      case Payload.Heal _ -> "heal";
      case Payload.Withdraw _ -> "withdraw";
    };
  }

  private static List<String> lines(Payload payload) {
    return switch (payload) {
      case Payload.Genesis genesis ->
          List.of("folder '%s' by %s".formatted(genesis.folder(), genesis.creatorName()));
      case Payload.Grant grant ->
          List.of(
              "%s (%s) is %s"
                  .formatted(grant.name(), new PeerId(grant.device()).brief(), grant.role()));
      case Payload.Revoke revoke -> List.of(new PeerId(revoke.device()) + " is no member any more");
      case Payload.Invite invite ->
          List.of(
              "%d device%s may join as %s until %s%s"
                  .formatted(
                      invite.uses(),
                      invite.uses() == 1 ? "" : "s",
                      invite.role(),
                      invite.expiry(),
                      invite.needsApproval() ? ", each with an admin's approval" : ""));
      case Payload.Quarantine(PublicKey device) ->
          List.of(new PeerId(device) + " told two histories: its entries wait for an admin");
      case Payload.Heal(PublicKey device) ->
          List.of(new PeerId(device) + " is out of quarantine: both its histories stand");
      case Payload.Withdraw(PublicKey invite) ->
          List.of("the invitation " + InvitationStatus.id(invite) + " is withdrawn");
      case Payload.Changes changes -> changes.changes().stream().map(LedgerRows::line).toList();
    };
  }

  private static String line(Change change) {
    return switch (change.node()) {
      case Node.File file -> "put " + change.path() + " " + file.content().size() + " bytes";
      case Node.Directory _ -> "directory " + change.path();
      case Node.Symlink link -> "link " + change.path() + " -> " + link.target();
      case Node.Absent _ -> "delete " + change.path();
    };
  }
}
