package lockstep.lease;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import lockstep.base.PeerId;

/// Which members each connected member is connected to itself, as it says: what one member says of
/// locks is passed on to those that do not hear it from there.
final class Routes {
  private final LeaseContext here;
  private final Map<PeerId, Set<PeerId>> reached = new HashMap<>();

  Routes(LeaseContext here) {
    this.here = here;
  }

  /// This device reaches others than before.
  void changed() {
    reached.keySet().retainAll(here.connected);
    if (here.connected.isEmpty()) return;
    var some = here.connected.stream().limit(LeaseMessage.Reach.MEMBERS_MAX);
    var reach = new LeaseMessage.Reach(some.collect(Collectors.toSet()));
    here.out.broadcast(here.out.seal(reach));
  }

  void heard(PeerId member, LeaseMessage.Reach reach) {
    if (here.connected.contains(member)) reached.put(member, reach.members());
  }

  /// Passes a claim on that was news here.
  void passOn(SignedMessage claim) {
    for (PeerId member : here.connected) {
      boolean isSaid = member.equals(claim.sender()) || says(member, claim.sender(), false);
      if (!isSaid) here.out.add(new Effect.Send(member, claim));
    }
  }

  /// Sends to a member, by way of those that may reach it if this device does not.
  void send(PeerId to, SignedMessage message) {
    if (here.connected.contains(to)) {
      here.out.add(new Effect.Send(to, message));
      return;
    }
    for (PeerId member : here.connected) {
      if (says(member, to, true)) here.out.add(new Effect.Send(member, message));
    }
  }

  /// Whether a connected member says that it reaches another.
  ///
  /// @param unsaid what to take for granted as long as it has said nothing
  private boolean says(PeerId member, PeerId other, boolean unsaid) {
    Set<PeerId> others = reached.get(member);
    return others == null ? unsaid : others.contains(other);
  }

  /// Brings what is meant for another to it. It has come one member's way and goes no further: so
  /// it never goes in circles.
  void bring(PeerId to, SignedMessage message) {
    if (here.connected.contains(to)) here.out.add(new Effect.Send(to, message));
  }
}
