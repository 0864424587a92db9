package lockstep.p2p;

import lockstep.base.PeerId;

/// An authenticated, encrypted connection to a peer.
public interface PeerConnection {
  PeerId peer();

  /// The address that was dialled, or that the peer came from.
  Multiaddr address();

  /// Whether this device dialled.
  boolean outbound();

  boolean isOpen();
}
