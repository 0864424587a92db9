package lockstep.sync;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import lockstep.base.Entropy;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.p2p.PeerNetwork;

/// What a [SyncEngine] is made from.
///
/// @param home where this device keeps its state: `ledger/`, `journal/`, `index/`, `running/`,
///   `folders`, `peers`
/// @param identity this device's key, the one that `network` authenticates with
/// @param device its name for people
/// @param boot which start of the machine this is: another string after each; empty where that
///   cannot be told
/// @param locking what is locked without anybody asking, by the folder's name
public record EngineOptions(
    Path home,
    PrivateKey identity,
    String device,
    PeerNetwork network,
    TimeSource time,
    Entropy entropy,
    HistoryLimits history,
    Optional<String> boot,
    Function<String, LockPolicy> locking) {}
