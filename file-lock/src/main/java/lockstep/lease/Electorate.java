package lockstep.lease;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import lockstep.base.PeerId;
import lockstep.base.Role;

/// Who may promise and who may lock: the members, as this device knows them.
///
/// Members that may write are the voters. Two majorities of one set have a member in common, which
/// keeps its promise to one of them; majorities of a set and of its successor need not. So for as
/// long as a lease may run that an earlier set granted, a lock is firm only with a majority of that
/// set too.
final class Electorate {
  private record Earlier(Set<PeerId> voters, long until) {}

  static final long NEVER = Long.MIN_VALUE;

  private Map<PeerId, Role> members = Map.of();
  private Set<PeerId> voters = Set.of();
  private final List<Earlier> earlier = new ArrayList<>();

  /// @return whether anything changed
  boolean set(Map<PeerId, Role> now, long nowNanos) {
    if (now.equals(members)) return false;
    Set<PeerId> next =
        now.entrySet().stream()
            .filter(member -> member.getValue().mayWrite())
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet());
    if (!next.equals(voters) && !voters.isEmpty()) {
      earlier.add(new Earlier(voters, nowNanos + LeaseTerms.grantNanos(LeaseTerms.LENGTH_MAX)));
    }
    members = Map.copyOf(now);
    voters = next;
    return true;
  }

  boolean isMember(PeerId peer) {
    return members.containsKey(peer);
  }

  boolean mayLock(PeerId peer) {
    return voters.contains(peer);
  }

  int size() {
    return voters.size();
  }

  /// How many voters' promises last beyond a moment.
  int promised(Map<PeerId, Long> until, long nowNanos) {
    return (int) voters.stream().filter(it -> until.getOrDefault(it, NEVER) > nowNanos).count();
  }

  /// The moment up to which a majority has promised.
  ///
  /// @param until how long each promise lasts
  long firmUntil(Map<PeerId, Long> until, long nowNanos) {
    earlier.removeIf(it -> it.until <= nowNanos);
    long firm = majorityUntil(voters, until);
    for (Earlier set : earlier) {
      firm = Math.min(firm, majorityUntil(set.voters, until));
    }
    return firm;
  }

  private static long majorityUntil(Set<PeerId> set, Map<PeerId, Long> until) {
    if (set.isEmpty()) return NEVER;
    var sorted = new ArrayList<Long>();
    for (PeerId voter : set) {
      sorted.add(until.getOrDefault(voter, NEVER));
    }
    sorted.sort(Collections.reverseOrder());
    return sorted.get(set.size() / 2);
  }
}
