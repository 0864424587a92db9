package lockstep.p2p;

import java.util.List;
import java.util.OptionalDouble;
import lockstep.base.PeerId;

/// Figures about a connected peer, as `peers` shows them.
///
/// @param address that was dialled, or that the peer came from
/// @param addresses where it says it can be dialled (identify)
/// @param agent its software, as it says
/// @param bytesSent payload and framing, since the connection came up
/// @param bytesPerSecond the best rate seen lately in the direction of this device
public record PeerInfo(
    PeerId peer,
    boolean outbound,
    Multiaddr address,
    List<Multiaddr> addresses,
    String agent,
    OptionalDouble rttMillisP50,
    OptionalDouble rttMillisP95,
    long bytesSent,
    long bytesReceived,
    double bytesPerSecond) {
  public PeerInfo {
    addresses = List.copyOf(addresses);
  }

  /// How a connection runs.
  public enum Road {
    /// Within the local network.
    LOCAL,
    DIRECT,
    /// Through a relay.
    RELAYED
  }

  public Road road() {
    if (address.isRelayed()) return Road.RELAYED;
    return LocalAddress.isLocal(address) ? Road.LOCAL : Road.DIRECT;
  }
}
