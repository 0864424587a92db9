package lockstep.app;

import java.util.List;
import java.util.Optional;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PortMapping;
import org.jspecify.annotations.Nullable;

/// Whether the router is asked to let others in to this device, for its user to switch.
/// Thread-safe.
final class RouterControl implements AutoCloseable {
  private final Adapters.Mappings mappings;
  private final PeerNetwork network;
  private Adapters.@Nullable Mapping running; // guarded by this

  private RouterControl(Adapters.Mappings mappings, PeerNetwork network) {
    this.mappings = mappings;
    this.network = network;
  }

  /// @param on as the settings want it
  static RouterControl start(boolean on, PeerNetwork network, Adapters.Mappings mappings) {
    var control = new RouterControl(mappings, network);
    control.turn(on);
    return control;
  }

  /// Begins, or ends and has the router forget it.
  synchronized void turn(boolean on) {
    if (on && running == null) {
      running = mappings.start(network);
    } else if (!on) {
      close();
      network.reachableAt(List.of());
    }
  }

  /// How it stands; empty while it is switched off.
  synchronized Optional<PortMapping.State> state() {
    return Optional.ofNullable(running).map(Adapters.Mapping::state);
  }

  @Override
  public synchronized void close() {
    Adapters.Mapping last = running;
    running = null;
    if (last != null) last.close();
  }
}
