package lockstep.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lockstep.base.Entropy;
import lockstep.base.KernelCall;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.p2p.Libp2pNetwork;
import lockstep.p2p.Limits;
import lockstep.p2p.LocalDiscovery;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PortMapping;
import lockstep.sync.EngineOptions;
import lockstep.sync.SyncEngine;
import lockstep.sync.SyncEngines;

/// How a daemon's real parts are opened. Apart from [Main], so that a command that only asks a
/// daemon loads none of it.
final class Wiring {
  /// The commands that run a daemon in this process.
  static final List<String> SERVING = List.of("daemon", "up");

  private Wiring() {}

  /// Does beside the reading of the command line what a daemon waits for later: one core reads
  /// while another binds the system's functions and runs through the cryptography once.
  static void headStart() {
    Thread.ofPlatform()
        .daemon()
        .name("head start")
        .start(
            () -> {
              KernelCall.isAvailable();
              Libp2pNetwork.rehearse(Entropy.system());
            });
  }

  static PeerNetwork network(PrivateKey identity, List<String> listen, boolean perf)
      throws IOException {
    var addresses = listen.stream().map(Multiaddr::parse).toList();
    return Libp2pNetwork.open(
        new Libp2pNetwork.Options(
            identity,
            addresses,
            "lockstep/" + Version.TEXT,
            perf,
            Limits.DEFAULT,
            TimeSource.system(),
            Entropy.system()));
  }

  static SyncEngine engine(Home home, PrivateKey identity, String name, PeerNetwork network)
      throws IOException {
    Settings settings = Settings.read(home);
    settings.locking(""); // what is wrong in it is told now, not when a folder is opened
    return SyncEngines.open(
        new EngineOptions(
            home.path(),
            identity,
            name,
            network,
            TimeSource.system(),
            Entropy.system(),
            settings.history(),
            boot(),
            settings::lockingAsFarAsRead));
  }

  static AutoCloseable discovery(PeerNetwork network, SyncEngine engine) {
    return LocalDiscovery.start(
        new LocalDiscovery.Options(
            network.self(),
            network::addresses,
            engine::found,
            Limits.DEFAULT,
            TimeSource.system(),
            Entropy.system()));
  }

  static Adapters.Mapping mapping(PeerNetwork network) {
    var mapping = PortMapping.start(network, TimeSource.system(), Entropy.system());
    return new Adapters.Mapping() {
      @Override
      public PortMapping.State state() {
        return mapping.state();
      }

      @Override
      public void close() {
        mapping.close();
      }
    };
  }

  /// Linux draws it anew at each start.
  private static Optional<String> boot() {
    try {
      return Optional.of(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
    } catch (IOException notLinux) {
      return Optional.empty();
    }
  }
}
