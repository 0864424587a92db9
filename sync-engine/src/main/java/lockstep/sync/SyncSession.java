package lockstep.sync;

import lockstep.base.PeerId;
import lockstep.base.VersionVector;
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
  final VersionVector greeted;

  /// What the peer has, or was sent.
  VersionVector theirs = VersionVector.EMPTY;

  VersionVector acknowledged = VersionVector.EMPTY;
  VersionVector applied = VersionVector.EMPTY;
  long missingFiles;
  long missingBytes;
  long toldAt;
  boolean announcesMore;
  boolean draining;
  SyncMessage.@Nullable Status toldLast;

  /// @param opener whether this device began the conversation
  SyncSession(Line line, boolean opener, VersionVector greeted) {
    this.line = line;
    this.opener = opener;
    this.greeted = greeted;
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
