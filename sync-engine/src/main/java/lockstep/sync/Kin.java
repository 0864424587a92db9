package lockstep.sync;

import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lockstep.base.PeerId;
import lockstep.p2p.Circle;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerInfo;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;
import lockstep.sync.transfer.Bandwidth;

/// Who belongs together by the ledgers of the folders that run here, and so may meet through this
/// device (docs/decisions/0024-relays.md). Thread-safe.
final class Kin implements Circle {
  /// Relays that are tried for one peer, in one attempt.
  private static final int RELAYS_MAX = 8;

  private final Shares shares;
  private final PeerNetwork network;
  private final Bandwidth bandwidth;

  Kin(Shares shares, PeerNetwork network, Bandwidth bandwidth) {
    this.shares = shares;
    this.network = network;
    this.bandwidth = bandwidth;
  }

  /// All other members of all folders.
  @Override
  public Set<PeerId> members() {
    var peers = new HashSet<PeerId>();
    for (Folder folder : shares.running()) {
      folder.ledger().members().current().keySet().forEach(key -> peers.add(new PeerId(key)));
    }
    peers.remove(network.self());
    return peers;
  }

  @Override
  public boolean belongTogether(PeerId one, PeerId other) {
    return shares.running().stream()
        .anyMatch(folder -> isMember(folder, one) && isMember(folder, other));
  }

  private static boolean isMember(Folder folder, PeerId peer) {
    return folder.ledger().members().role(peer.key()).isPresent();
  }

  @Override
  public void pass(PeerStream from, PeerStream to, int bytes) throws InterruptedIOException {
    bandwidth.pass(from, to, bytes);
  }

  /// The ways to a peer through those who share a folder with it and are connected directly.
  List<Multiaddr> roads(PeerId peer) {
    return network.peers().stream()
        .filter(info -> info.road() != PeerInfo.Road.RELAYED)
        .map(PeerInfo::peer)
        .filter(relay -> !relay.equals(peer) && belongTogether(relay, peer))
        .limit(RELAYS_MAX)
        .map(relay -> Multiaddr.through(relay).withPeer(peer))
        .toList();
  }
}
