package lockstep.sync;

import java.nio.file.Path;
import lockstep.base.Entropy;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.p2p.PeerNetwork;

/// What a [SyncEngine] is made from.
///
/// @param home where this device keeps its state: `ledger/`, `journal/`, `index/`, `folders`,
///   `peers`
/// @param identity this device's key, the one that `network` authenticates with
/// @param device its name for people
public record EngineOptions(
    Path home,
    PrivateKey identity,
    String device,
    PeerNetwork network,
    TimeSource time,
    Entropy entropy,
    HistoryLimits history) {

  public EngineOptions(
      Path home,
      PrivateKey identity,
      String device,
      PeerNetwork network,
      TimeSource time,
      Entropy entropy) {
    this(home, identity, device, network, time, entropy, HistoryLimits.DEFAULT);
  }
}
