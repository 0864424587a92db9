package lockstep.lease;

import lockstep.base.PeerId;
import lockstep.base.RelPath;

/// What the shell is to do, in the order of the list.
public sealed interface Effect {
  /// Make this durable **before** carrying out any effect that follows it, in this list or a later
  /// one: a promise that a crash could take back is none.
  record Persist(Kept kept) implements Effect {}

  /// Send to one member, if it is connected; may get lost.
  record Send(PeerId to, SignedMessage message) implements Effect {}

  /// Send to all members that can be reached; may get lost.
  record Broadcast(SignedMessage message) implements Effect {}

  /// A path stands otherwise than before.
  record Stands(RelPath path, Standing standing) implements Effect {}

  /// Tell the user (or whoever asked).
  record Tell(Notice notice) implements Effect {}

  /// A member's message was not taken, and why; for the log.
  record Refused(PeerId sender, String why) implements Effect {}

  /// Call [Leases#elapsed] at this moment of the elapsed clock, at the latest; replaces the moment
  /// named before. [Long#MAX_VALUE]: not needed.
  record WakeAt(long elapsedNanos) implements Effect {}
}
