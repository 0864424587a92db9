package lockstep.p2p;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;

/// Dials a peer at several addresses: one after another with a short stagger, or at once when one
/// fails; the first finished handshake wins and the others are dropped (as RFC 8305 does). Ways
/// through relays come last, and with more patience for those before.
final class Dialer {
  private static final long STAGGER_NANOS = 250_000_000;
  private static final long RELAY_STAGGER_NANOS = 1_000_000_000;

  /// Between two attempts at an address that refuses while the peer should be dialling, too.
  private static final long AGAIN_NANOS = 100_000_000;

  private final Upgrade upgrade;
  private final TimeSource time;
  private final Limits limits;
  private final Relays relays;
  private final Outlets outlets;

  /// Opens ways through relays.
  @FunctionalInterface
  interface Relays {
    Wire dial(PeerId peer, Multiaddr address) throws IOException;
  }

  /// How a race is run.
  private enum Manner {
    /// One address after the other.
    STAGGERED,
    /// All at once and again and again, as the peer does at this moment; this side speaks first.
    AT_ONCE_AS_CLIENT,
    /// The same, and the peer speaks first.
    AT_ONCE_AS_SERVER
  }

  /// A won race.
  record Dialled(SecureChannel channel, Multiaddr address) {}

  /// What has to happen to a wire before anything can be said on it.
  @FunctionalInterface
  private interface Connecting {
    void connect(Wire wire) throws IOException;
  }

  private sealed interface Outcome {
    record Won(Dialled dialled) implements Outcome {}

    record Lost(Multiaddr address, IOException cause) implements Outcome {}
  }

  Dialer(Upgrade upgrade, TimeSource time, Limits limits, Relays relays, Outlets outlets) {
    this.upgrade = upgrade;
    this.time = time;
    this.limits = limits;
    this.relays = relays;
    this.outlets = outlets;
  }

  Dialled dial(PeerId peer, Collection<Multiaddr> addresses, Duration timeout) throws IOException {
    return race(peer, addresses, timeout, Manner.STAGGERED);
  }

  /// Dials all addresses at once, from the port that this device listens on, while the peer does
  /// the same: what each sends out opens its router for what the other sends.
  ///
  /// @param client whether this side speaks first, whoever got through to whom
  Dialled punch(PeerId peer, Collection<Multiaddr> addresses, boolean client, Duration timeout)
      throws IOException {
    return race(
        peer, addresses, timeout, client ? Manner.AT_ONCE_AS_CLIENT : Manner.AT_ONCE_AS_SERVER);
  }

  private Dialled race(
      PeerId peer, Collection<Multiaddr> addresses, Duration timeout, Manner manner)
      throws IOException {
    var race = new Race(peer, time.monotonicNanos() + timeout.toNanos(), manner);
    for (var address : inOrder(addresses)) {
      race.consider(address);
    }
    try {
      return race.run();
    } catch (InterruptedException e) {
      throw Muxer.interrupted();
    } finally {
      race.dropLosers();
    }
  }

  private static List<Multiaddr> inOrder(Collection<Multiaddr> addresses) {
    return addresses.stream()
        .distinct()
        .sorted(Comparator.comparing(Multiaddr::isRelayed))
        .toList();
  }

  private final class Race {
    private final PeerId peer;
    private final long end;
    private final Manner manner;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<Multiaddr> waiting = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private int running;

    // Guarded by this.
    private final List<Wire> wires = new ArrayList<>();
    private boolean won;
    private boolean over;

    Race(PeerId peer, long end, Manner manner) {
      this.peer = peer;
      this.end = end;
      this.manner = manner;
    }

    void consider(Multiaddr address) {
      if (address.peerId().filter(id -> !id.equals(peer)).isPresent()) {
        failures.add(address + ": belongs to another peer");
      } else if (address.tcpHost().isEmpty() && !address.isRelayed()) {
        failures.add(address + ": only TCP addresses can be dialled");
      } else {
        waiting.add(address);
      }
    }

    Dialled run() throws IOException, InterruptedException {
      while (running > 0 || !waiting.isEmpty()) {
        if (!waiting.isEmpty()) start(waiting.removeFirst());
        long left = end - time.monotonicNanos();
        long patience = Math.min(left, patience());
        switch (outcomes.poll(Math.max(0, patience), TimeUnit.NANOSECONDS)) {
          case Outcome.Won(var dialled) -> {
            keep(dialled.channel().wire());
            return dialled;
          }
          case Outcome.Lost(var address, var cause) -> {
            running--;
            failures.add(address + ": " + reason(cause));
          }
          case null -> {
            if (end - time.monotonicNanos() <= 0) throw failed("no answer in time");
          }
        }
      }
      throw failed(failures.isEmpty() ? "no address is known" : "no address works");
    }

    /// How long the next address waits.
    private long patience() {
      if (waiting.isEmpty()) return Long.MAX_VALUE;
      if (manner != Manner.STAGGERED) return 0;
      return waiting.getFirst().isRelayed() ? RELAY_STAGGER_NANOS : STAGGER_NANOS;
    }

    private IOException failed(String what) {
      String why = failures.isEmpty() ? "" : " (" + String.join("; ", failures) + ")";
      return new IOException("cannot reach peer %s: %s%s".formatted(peer, what, why));
    }

    private void start(Multiaddr address) {
      running++;
      Thread.ofVirtual().name("p2p-dial").start(() -> outcomes.add(attempt(address)));
    }

    private Outcome attempt(Multiaddr address) {
      try {
        var channel =
            address.isRelayed()
                ? reach(relays.dial(peer, address), _ -> {})
                : reachDirectly(address);
        return new Outcome.Won(new Dialled(channel, address));
      } catch (IOException e) {
        return new Outcome.Lost(address, e);
      } catch (RuntimeException e) {
        return new Outcome.Lost(address, new IOException("failed by a bug: " + e, e));
      }
    }

    private SecureChannel reachDirectly(Multiaddr address) throws IOException {
      var target = new InetSocketAddress(resolve(address), address.tcpPort().getAsInt());
      while (true) {
        try {
          return reach(outlets.open(target.getAddress()), target);
        } catch (BindException taken) {
          if (manner != Manner.STAGGERED) throw taken;
          return reach(SocketChannel.open(), target); // a connection from our port to there exists
        } catch (ConnectException refused) {
          // The other's router may have been faster than the other.
          if (manner == Manner.STAGGERED || awaitEnd()) throw refused;
        }
      }
    }

    /// Waits a little.
    ///
    /// @return whether the race is over
    private boolean awaitEnd() throws IOException {
      try {
        return ended.await(AGAIN_NANOS, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        throw Muxer.interrupted();
      }
    }

    private SecureChannel reach(SocketChannel socket, InetSocketAddress target) throws IOException {
      return reach(
          new TcpWire(socket),
          _ -> {
            // What fails here is to leave nothing behind that would be in the way of the next try.
            if (manner != Manner.STAGGERED) socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            socket.connect(target);
            Sockets.tune(socket);
          });
    }

    private SecureChannel reach(Wire wire, Connecting connecting) throws IOException {
      try (var _ = Deadline.after(limits.handshakeTime(), () -> Sockets.close(wire))) {
        enter(wire);
        connecting.connect(wire);
        var channel =
            manner == Manner.AT_ONCE_AS_SERVER
                ? upgrade.accepted(wire, peer)
                : upgrade.dialled(wire, peer);
        if (wire instanceof TcpWire(var socket)) {
          socket.setOption(StandardSocketOptions.SO_LINGER, -1);
        }
        if (!win()) throw new AsynchronousCloseException();
        return channel;
      } catch (IOException | RuntimeException e) {
        Sockets.close(wire);
        throw e;
      }
    }

    private synchronized void enter(Wire wire) throws IOException {
      if (over) throw new AsynchronousCloseException();
      wires.add(wire);
    }

    private synchronized boolean win() {
      boolean first = !over && !won;
      won = true;
      return first;
    }

    private synchronized void keep(Wire wire) {
      wires.remove(wire);
    }

    /// Also drops a winner that came too late to be returned.
    synchronized void dropLosers() {
      over = true;
      ended.countDown();
      wires.forEach(Sockets::close);
    }
  }

  private static String reason(IOException cause) {
    return switch (cause) {
      case AsynchronousCloseException _ -> "no answer in time";
      case UnknownHostException _ -> "the name is not known";
      default -> cause.getMessage() == null ? cause.toString() : cause.getMessage();
    };
  }

  private static InetAddress resolve(Multiaddr address) throws UnknownHostException {
    String host = address.tcpHost().orElseThrow();
    return switch (address.hostProtocol()) {
      case IP4 -> InetAddress.getByAddress(IpLiteral.parse4(host));
      case IP6 -> InetAddress.getByAddress(IpLiteral.parse6(host));
      case DNS4 -> first(host, Inet4Address.class);
      case DNS6 -> first(host, Inet6Address.class);
      default -> first(host, InetAddress.class);
    };
  }

  private static InetAddress first(String host, Class<? extends InetAddress> family)
      throws UnknownHostException {
    for (var address : InetAddress.getAllByName(host)) {
      if (family.isInstance(address)) return address;
    }
    throw new UnknownHostException(host);
  }
}
