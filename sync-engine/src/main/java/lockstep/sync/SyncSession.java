package lockstep.sync;

import java.util.ArrayList;
import java.util.List;
import lockstep.base.PeerId;
import lockstep.base.VersionVector;
import lockstep.ledger.Head;
import lockstep.ledger.Waiting;
import org.jspecify.annotations.Nullable;

/// A conversation with one member about one folder, and what it has taught of the peer so far.
/// Belongs to the folder's loop.
final class SyncSession {
  /// What carries the conversation.
  interface Line {
    PeerId peer();

    /// Queues a message and returns at once; a peer that does not take them is cut off.
    void send(SyncMessage message);

    /// Ends the conversation at once.
    void reset();
  }

  private final Line line;
  private final boolean opener;

  /// The peer's frontier when the session began.
  final List<Head> greeted;

  /// Whether it has said how far it is, and with that all that it had to say at first.
  boolean reported;

  /// Whether this device has had all of `greeted`, and the peer has reported.
  boolean takenIn;

  /// What was sent to the peer, or came from it.
  VersionVector exchanged = VersionVector.EMPTY;

  final Heard frontier = new Heard();
  final Heard applied = new Heard();

  /// What it sent that cannot be taken yet.
  final Waiting waiting = new Waiting();

  /// What is to be said of locks.
  final List<byte[]> aboutLocks = new ArrayList<>();

  /// Whether it has once had all that this device has: what it lacks since then is news.
  boolean caughtUp;

  /// Whether it wants to be told at once what others wrote.
  SyncMessage.Push push = SyncMessage.Push.UNSAID;

  Relaying.@Nullable Hope hope;

  Backlog backlog = Backlog.NONE;
  long toldAt;
  boolean announcesMore;
  boolean draining;
  SyncMessage.@Nullable Status toldLast;

  /// @param opener whether this device began the conversation
  SyncSession(Line line, boolean opener, List<Head> greeted) {
    this.line = line;
    this.opener = opener;
    this.greeted = greeted;
    this.frontier.hear(greeted);
  }

  PeerId peer() {
    return line.peer();
  }

  /// The device that opened the stream: of two streams that crossed, both ends keep that of the
  /// lower id.
  PeerId openedBy(PeerId self) {
    return opener ? self : peer();
  }

  void send(SyncMessage message) {
    line.send(message);
  }

  void reset() {
    line.reset();
  }
}
