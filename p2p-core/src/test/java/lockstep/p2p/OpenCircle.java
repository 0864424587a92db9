package lockstep.p2p;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import lockstep.base.PeerId;

/// A circle of those that a test names: all of them may meet, as long as it does not part two.
final class OpenCircle implements Circle {
  private final Set<PeerId> members = ConcurrentHashMap.newKeySet();
  private final Set<Set<PeerId>> parted = ConcurrentHashMap.newKeySet();

  OpenCircle(PeerId... members) {
    this.members.addAll(Set.of(members));
  }

  void add(PeerId member) {
    members.add(member);
  }

  void part(PeerId one, PeerId other) {
    parted.add(Set.of(one, other));
  }

  @Override
  public Set<PeerId> members() {
    return Set.copyOf(members);
  }

  @Override
  public boolean belongTogether(PeerId one, PeerId other) {
    return members.contains(one) && members.contains(other) && !parted.contains(Set.of(one, other));
  }

  @Override
  public void pass(PeerStream from, PeerStream to, int bytes) {
    // as many as there are
  }
}
