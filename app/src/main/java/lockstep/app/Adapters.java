package lockstep.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import lockstep.base.Entropy;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PortMapping;
import lockstep.sync.SyncEngine;

/// The outside world, as the program is given it: [Main] names the real one, tests another.
///
/// @param leisure run once a daemon has nothing else to do
/// @param libraries where the program's jars lie; `keyring` below it holds that library's own
record Adapters(
    Networks networks,
    Engines engines,
    Discoveries discoveries,
    Mappings mappings,
    TimeSource time,
    Entropy entropy,
    Map<String, String> environment,
    Surroundings surroundings,
    Runnable leisure,
    Path libraries) {

  /// Opens the network of a device.
  interface Networks {
    /// @param listen multiaddrs to listen on
    /// @param answerPerf whether to serve libp2p's `/perf/1.0.0`
    /// @throws IllegalArgumentException if an address is malformed
    PeerNetwork open(PrivateKey identity, List<String> listen, boolean answerPerf)
        throws IOException;
  }

  /// Opens the shared folders of a device.
  interface Engines {
    SyncEngine open(Home home, PrivateKey identity, String deviceName, PeerNetwork network)
        throws IOException;
  }

  /// Looks for peers on the local network.
  interface Discoveries {
    /// Starts in the background. The engine is told of who is found until the result is closed.
    AutoCloseable start(PeerNetwork network, SyncEngine engine);
  }

  /// Has the router let others in.
  interface Mappings {
    /// Starts in the background. The network is told where it can be reached.
    Mapping start(PeerNetwork network);
  }

  /// One that is under way, until it is closed.
  interface Mapping extends AutoCloseable {
    PortMapping.State state();

    @Override
    void close();
  }

  /// The places a private key may rest in, the best first.
  List<KeyStore> keyStores(Home home) {
    KeyStore file = new KeyStore.OwnerFile(home.keyFile());
    return Keyring.open(libraries, environment)
        .map(ring -> List.of(ring, file))
        .orElse(List.of(file));
  }
}
