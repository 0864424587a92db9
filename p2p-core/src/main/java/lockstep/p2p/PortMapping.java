package lockstep.p2p;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import lockstep.base.Entropy;
import lockstep.base.TimeSource;
import org.jspecify.annotations.Nullable;

/// Has the router of a home let others in to this device, without anybody setting it up: by PCP,
/// NAT-PMP or UPnP, whichever it knows. What is granted is renewed at half its time, and given back
/// at the end. A router may say what it will: at worst a wrong address is told to members, and
/// nobody else answers there as this device. Thread-safe.
public final class PortMapping implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("lockstep.p2p");

  /// What is asked for; routers that forget everything in a restart are asked again soon enough.
  private static final Duration LIFETIME = Duration.ofHours(1);

  private static final Duration RENEW_MIN = Duration.ofMinutes(1);
  private static final Duration RETRY = Duration.ofMinutes(15);

  /// How often the network is looked at.
  private static final Duration LOOK = Duration.ofMinutes(1);

  private static final Duration GOODBYE = Duration.ofSeconds(1);
  private static final InetSocketAddress UPNP_GROUP =
      new InetSocketAddress("239.255.255.250", 1900);

  private final Supplier<List<Multiaddr>> addresses;
  private final Consumer<List<Multiaddr>> reachableAt;
  private final Supplier<List<Gateways.Gateway>> gateways;
  private final List<PortMapper> mappers;
  private final TimeSource time;
  private final Object lock = new Object();
  private final Thread thread;

  // Guarded by the lock:
  private boolean closed;
  private State state = new State.Looking();

  // Of the thread alone:
  private @Nullable Held held;

  /// How it stands.
  public sealed interface State {
    record Looking() implements State {}

    /// Others are let in.
    ///
    /// @param by the protocol
    record Mapped(Multiaddr address, String by) implements State {}

    /// They are not.
    record Unmapped(String why) implements State {}

    /// There is no need: this device is in the internet itself, or in no network at all.
    record NotNeeded() implements State {}
  }

  /// What a router has granted.
  private record Held(
      PortMapper by, Gateways.Gateway gateway, PortMapMessage.Wish wish, Multiaddr address) {}

  private PortMapping(
      Supplier<List<Multiaddr>> addresses,
      Consumer<List<Multiaddr>> reachableAt,
      Supplier<List<Gateways.Gateway>> gateways,
      List<PortMapper> mappers,
      TimeSource time) {
    this.addresses = addresses;
    this.reachableAt = reachableAt;
    this.gateways = gateways;
    this.mappers = mappers;
    this.time = time;
    this.thread = Thread.ofVirtual().name("port-mapping").unstarted(this::run);
  }

  /// Starts in the background and returns at once.
  ///
  /// @param network whose port is to be reached, and which is told where it is
  public static PortMapping start(PeerNetwork network, TimeSource time, Entropy entropy) {
    byte[] nonce = entropy.bytes(PortMapMessage.NONCE_LENGTH);
    return start(
        network::addresses,
        network::reachableAt,
        Gateways::find,
        List.of(
            new UdpPortMapper(PortMapMessage.PORT, nonce, time),
            new UpnpPortMapper(UPNP_GROUP, time)),
        time);
  }

  static PortMapping start(
      Supplier<List<Multiaddr>> addresses,
      Consumer<List<Multiaddr>> reachableAt,
      Supplier<List<Gateways.Gateway>> gateways,
      List<PortMapper> mappers,
      TimeSource time) {
    var mapping = new PortMapping(addresses, reachableAt, gateways, mappers, time);
    mapping.thread.start();
    return mapping;
  }

  public State state() {
    synchronized (lock) {
      return state;
    }
  }

  private void run() {
    try {
      List<Gateways.Gateway> before = List.of();
      long due = time.monotonicNanos();
      while (true) {
        List<Gateways.Gateway> now = gateways.get();
        if (!now.equals(before) || time.monotonicNanos() - due >= 0) {
          due = time.monotonicNanos() + look(now).toNanos();
          before = now;
        }
        if (isClosedWithin(LOOK.toNanos())) return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      giveBack();
    }
  }

  /// @return when to look again
  private Duration look(List<Gateways.Gateway> now) {
    Held last = held;
    if (last != null && !now.contains(last.gateway())) {
      held = null; // another network: what was granted there is out of reach
      reachableAt.accept(List.of());
    }
    if (now.isEmpty()) {
      become(new State.NotNeeded());
      return RETRY;
    }
    var failures = new ArrayList<String>();
    for (Gateways.Gateway gateway : now) {
      OptionalInt port = port(gateway.self());
      if (port.isEmpty()) {
        failures.add("this device does not listen in the network of the router");
        continue;
      }
      for (PortMapper mapper : inOrder()) {
        try {
          return map(mapper, gateway, port.getAsInt());
        } catch (IOException e) {
          failures.add("%s: %s".formatted(mapper.name(), reason(e)));
        }
      }
    }
    if (held != null) reachableAt.accept(List.of());
    held = null;
    become(new State.Unmapped(String.join("; ", failures)));
    return RETRY;
  }

  /// The one that worked first.
  private List<PortMapper> inOrder() {
    Held last = held;
    if (last == null) return mappers;
    var order = new ArrayList<>(mappers);
    order.remove(last.by());
    order.addFirst(last.by());
    return order;
  }

  private Duration map(PortMapper mapper, Gateways.Gateway gateway, int port) throws IOException {
    Held last = held;
    int external = last != null && last.wish().port() == port ? last.wish().external() : port;
    var granted = mapper.ask(gateway, new PortMapMessage.Wish(port, external, LIFETIME));
    InetAddress outside =
        granted.address().orElseThrow(() -> new IOException("it does not say where it is"));
    if (granted.port() == 0 || granted.lifetime().isZero()) {
      throw new IOException("it grants nothing");
    }
    var address = Listener.toMultiaddr(new InetSocketAddress(outside, granted.port()));
    if (!LocalAddress.isPublic(outside)) {
      mapper.ask(gateway, new PortMapMessage.Wish(port, granted.port(), Duration.ZERO));
      throw new IOException(
          "it has no public address itself (%s): another router stands before it"
              .formatted(IpLiteral.text(outside.getAddress())));
    }
    var wish = new PortMapMessage.Wish(port, granted.port(), LIFETIME);
    held = new Held(mapper, gateway, wish, address);
    reachableAt.accept(List.of(address));
    become(new State.Mapped(address, mapper.name()));
    Duration half = granted.lifetime().dividedBy(2);
    return half.compareTo(RENEW_MIN) < 0
        ? RENEW_MIN
        : half.compareTo(LIFETIME) > 0 ? LIFETIME : half;
  }

  /// What this device listens on at that address.
  private OptionalInt port(InetAddress self) {
    String host = IpLiteral.text(self.getAddress());
    return addresses.get().stream()
        .filter(address -> address.tcpHost().equals(Optional.of(host)))
        .map(Multiaddr::tcpPort)
        .filter(OptionalInt::isPresent)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private void become(State next) {
    synchronized (lock) {
      if (!next.equals(state)) LOG.log(System.Logger.Level.INFO, "port mapping: {0}", next);
      state = next;
    }
  }

  private boolean isClosedWithin(long nanos) throws InterruptedException {
    synchronized (lock) {
      if (!closed) TimeUnit.NANOSECONDS.timedWait(lock, nanos);
      return closed;
    }
  }

  private void giveBack() {
    Held last = held;
    if (last == null) return;
    try {
      var end = new PortMapMessage.Wish(last.wish().port(), last.wish().external(), Duration.ZERO);
      var _ = last.by().ask(last.gateway(), end);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the router still lets others in for a while", e);
    }
  }

  /// Gives back what was granted; waits for that, but not for long.
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    try {
      var _ = thread.join(GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
