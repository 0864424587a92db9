package lockstep.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import lockstep.base.PeerViolationException;
import lockstep.base.VersionVector;

/// Payloads between the two ways of naming chains, see [Names].
final class Wording {
  private Wording() {}

  /// What an entry states, as this ledger names things.
  static Payload local(Payload stated, Sight sight, ChainView chains)
      throws PeerViolationException {
    if (sight.isPlain()) return stated;
    return switch (stated) {
      case Payload.Changes(var changes) -> new Payload.Changes(local(changes, sight, chains));
      case Payload.Revoke(var device, var accepted) ->
          new Payload.Revoke(device, sight.local(accepted, chains));
      case Payload.Genesis _,
          Payload.Grant _,
          Payload.Invite _,
          Payload.Quarantine _,
          Payload.Heal _,
          Payload.Withdraw _ ->
          stated;
    };
  }

  private static List<Change> stated(List<Change> local, UnaryOperator<VersionVector> words) {
    List<Change> stated = new ArrayList<>(local.size());
    VersionVector from = VersionVector.EMPTY;
    VersionVector to = from;
    for (Change change : local) {
      if (!change.base().equals(from)) {
        from = change.base();
        to = words.apply(from);
      }
      stated.add(new Change(change.path(), change.node(), to, change.epoch()));
    }
    return stated;
  }

  private static List<Change> local(List<Change> stated, Sight sight, ChainView chains)
      throws PeerViolationException {
    List<Change> local = new ArrayList<>(stated.size());
    VersionVector from = VersionVector.EMPTY;
    VersionVector to = from;
    for (Change change : stated) {
      if (!change.base().equals(from)) {
        from = change.base();
        to = sight.local(from, chains);
      }
      local.add(new Change(change.path(), change.node(), to, change.epoch()));
    }
    return local;
  }

  /// What this device is to state, as every ledger understands it that knows what this one does.
  static Payload stated(Payload local, UnaryOperator<VersionVector> words) {
    return switch (local) {
      case Payload.Changes(var changes) -> new Payload.Changes(stated(changes, words));
      case Payload.Revoke(var device, var accepted) ->
          new Payload.Revoke(device, words.apply(accepted));
      case Payload.Genesis _,
          Payload.Grant _,
          Payload.Invite _,
          Payload.Quarantine _,
          Payload.Heal _,
          Payload.Withdraw _ ->
          local;
    };
  }
}
