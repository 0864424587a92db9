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

  /// Passes a claim on that was news here, also to those of whom nothing is known.
  void passOn(SignedMessage claim) {
    for (PeerId member : here.connected) {
      boolean hearsIt = reached.getOrDefault(member, Set.of()).contains(claim.sender());
      if (!hearsIt && !member.equals(claim.sender())) {
        here.out.add(new Effect.Send(member, claim));
      }
    }
  }

  /// Sends to a member, by way of all others if this device does not reach it.
  void send(PeerId to, SignedMessage message) {
    if (here.connected.contains(to)) {
      here.out.add(new Effect.Send(to, message));
    } else {
      here.out.broadcast(message);
    }
  }

  /// Brings what is meant for another to it. It has come one member's way and goes no further: so
  /// it never goes in circles.
  void bring(PeerId to, SignedMessage message) {
    if (here.connected.contains(to)) here.out.add(new Effect.Send(to, message));
  }
}
