package lockstep.lease;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lockstep.base.PeerId;
import lockstep.base.RelPath;

/// What members say to each other of locks; it travels as a [SignedMessage].
public sealed interface LeaseMessage {
  /// A holder asks, renews or releases. The sender is the holder.
  record Claim(LockRecord record) implements LeaseMessage {}

  /// The sender respects that claim, up to that renewal, and will keep to it after a crash too.
  record Promise(RelPath path, PeerId holder, long epoch, long sequence) implements LeaseMessage {}

  /// The sender cannot promise a claim of that holder.
  ///
  /// @param epoch of the claim
  /// @param promised highest epoch that the sender has promised to anybody for the path
  /// @param inTheWay the lock that stands in the way; empty if the claim's epoch was only too low
  record Refusal(RelPath path, PeerId holder, long epoch, long promised, Optional<Relayed> inTheWay)
      implements LeaseMessage {}

  /// What the sender knows of others' locks, said to a member that has just connected.
  record Known(List<Relayed> claims) implements LeaseMessage {
    public Known {
      claims = List.copyOf(claims);
    }
  }

  /// Asks the holder to let go.
  record Ask(RelPath path, String note) implements LeaseMessage {
    public Ask {
      LockRequest.checkText(note);
    }
  }

  /// Which members the sender is connected to: what the others say of locks is passed on to it.
  ///
  /// @param members at most [#MEMBERS_MAX]
  record Reach(Set<PeerId> members) implements LeaseMessage {
    static final int MEMBERS_MAX = 1024;

    public Reach {
      if (members.size() > MEMBERS_MAX) {
        throw new IllegalArgumentException("more than " + MEMBERS_MAX + " members");
      }
      members = Set.copyOf(members);
    }
  }

  /// Somebody else's claim, passed on.
  ///
  /// @param claim signed by its holder
  /// @param remaining of the lease, in whole milliseconds, as the sender counts it: passing a claim
  ///   on does not renew it
  record Relayed(SignedMessage claim, Duration remaining) {
    public Relayed {
      if (!(claim.message() instanceof Claim) || remaining.isNegative()) {
        throw new IllegalArgumentException("only a claim is passed on");
      }
      remaining = Duration.ofMillis(remaining.toMillis());
    }
  }
}
