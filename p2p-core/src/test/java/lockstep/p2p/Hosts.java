package lockstep.p2p;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import lockstep.base.Entropy;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;

/// Hosts on the loopback interface for tests.
public final class Hosts {
  public static final Duration SOON = Duration.ofSeconds(60);

  private Hosts() {}

  public static Libp2pNetwork open(Limits limits) {
    try {
      return open(List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")), limits);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Libp2pNetwork open(List<Multiaddr> listen, Limits limits) throws IOException {
    return open(newKey(), listen, limits);
  }

  public static Libp2pNetwork open(PrivateKey identity, List<Multiaddr> listen, Limits limits)
      throws IOException {
    return welcoming(Libp2pNetwork.open(options(identity, listen, limits)));
  }

  /// A host that dials what members say through a relay, as far as `punchable` holds.
  static Libp2pNetwork open(List<Multiaddr> listen, Limits limits, Predicate<Multiaddr> punchable)
      throws IOException {
    return welcoming(Libp2pNetwork.open(options(newKey(), listen, limits), punchable));
  }

  /// A host that nobody is let in to yet.
  static Libp2pNetwork openUnready() throws IOException {
    var anywhere = List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"));
    return Libp2pNetwork.open(options(newKey(), anywhere, Limits.DEFAULT));
  }

  private static Libp2pNetwork welcoming(Libp2pNetwork host) {
    host.welcome();
    return host;
  }

  private static Libp2pNetwork.Options options(
      PrivateKey identity, List<Multiaddr> listen, Limits limits) {
    return new Libp2pNetwork.Options(
        identity, listen, "lockstep-test/1", true, limits, TimeSource.system(), Entropy.system());
  }

  public static PrivateKey newKey() {
    return PrivateKey.generate(Entropy.system());
  }

  public static PeerConnection connect(Libp2pNetwork from, Libp2pNetwork to) throws IOException {
    return from.connect(to.self(), to.addresses(), SOON);
  }
}
