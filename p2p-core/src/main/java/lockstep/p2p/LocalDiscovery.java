package lockstep.p2p;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.TimeSource;

/// Finds peers on the local network, and is found: libp2p's multicast DNS. Says where this device
/// is at the start, when the network changes, after a sleep of the computer and when asked; else it
/// is silent. What it tells of others is a hint that nobody vouches for. Thread-safe.
public final class LocalDiscovery implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("lockstep.p2p");
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final int NAME_LENGTH = 32;
  private static final long ANSWER_DELAY_UNIT = 500_000; // times 0 to 255: at most 128 ms

  private final Options options;
  private final MdnsService service;
  private final HintGate gate;
  private final Object lock = new Object();

  // Guarded by the lock:
  private final MdnsSchedule schedule;
  private boolean closed;
  private final List<MdnsSockets> sockets = new ArrayList<>();

  /// How to look for peers.
  ///
  /// @param addresses where this device can be dialled, asked anew each time
  public record Options(
      PeerId self,
      Supplier<List<Multiaddr>> addresses,
      FoundListener found,
      Limits limits,
      TimeSource time,
      Entropy entropy) {}

  /// Learns of peers that somebody on the local network says are there.
  @FunctionalInterface
  public interface FoundListener {
    /// Called from several threads; must not block. Told again of the same peer now and then, and
    /// of strangers too.
    ///
    /// @param alleged plain TCP addresses of the local network, with or without `/p2p/…`; at most
    ///   [Limits#mdnsAddresses()]
    void found(PeerId peer, List<Multiaddr> alleged);
  }

  private LocalDiscovery(Options options) {
    this.options = options;
    this.service = new MdnsService(options.self, peerName(options.entropy), options.limits);
    this.gate = new HintGate(options.limits);
    this.schedule = new MdnsSchedule(options.time.monotonicNanos(), options.limits.mdnsPause());
  }

  /// Starts in the background and returns at once. Interfaces that come later are found within ten
  /// seconds. Where the port cannot be had nothing is found, which the log says.
  public static LocalDiscovery start(Options options) {
    var discovery = new LocalDiscovery(options);
    Thread.ofVirtual().name("mdns").start(discovery::run);
    return discovery;
  }

  private static String peerName(Entropy entropy) {
    var name = new StringBuilder();
    for (byte random : entropy.bytes(NAME_LENGTH)) {
      name.append(Character.forDigit(random & 31, 32));
    }
    return name.toString();
  }

  private void run() {
    open(StandardProtocolFamily.INET);
    open(StandardProtocolFamily.INET6);
    try {
      long looked = options.time.monotonicNanos() - LOOK.toNanos();
      var sleep = new SleepWatch(looked + LOOK.toNanos(), options.time.wallTime());
      while (true) {
        long now = options.time.monotonicNanos();
        if (now - looked >= LOOK.toNanos()) {
          look(now, sleep.hasSlept(now, options.time.wallTime()));
          looked = now;
        }
        speak();
        if (!await(looked + LOOK.toNanos())) return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void open(StandardProtocolFamily family) {
    try {
      MdnsSockets opened = MdnsSockets.open(family);
      synchronized (lock) {
        if (closed) {
          opened.close();
          return;
        }
        sockets.add(opened);
      }
      Thread.ofVirtual().name("mdns-" + family).start(() -> listen(opened));
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(INFO, "not looking for peers by mDNS over {0}: {1}", family, e.getMessage());
    }
  }

  private void look(long now, boolean slept) {
    boolean changed = slept;
    for (var socket : current()) {
      try {
        changed |= socket.update();
      } catch (IOException e) {
        LOG.log(DEBUG, "cannot list the network interfaces", e);
      }
    }
    if (changed) {
      synchronized (lock) {
        schedule.restart(now);
      }
    }
  }

  private void speak() {
    MdnsSchedule.Due due;
    synchronized (lock) {
      due = schedule.poll(options.time.monotonicNanos());
    }
    if (due.tell()) service.announcement(options.addresses.get()).ifPresent(this::send);
    if (due.ask()) send(MdnsService.query());
  }

  private void send(byte[] packet) {
    current().forEach(socket -> socket.send(packet));
  }

  private List<MdnsSockets> current() {
    synchronized (lock) {
      return List.copyOf(sockets);
    }
  }

  /// Waits until `until` at most.
  ///
  /// @return false once closed
  private boolean await(long until) throws InterruptedException {
    synchronized (lock) {
      long now = options.time.monotonicNanos();
      long wait = Math.min(schedule.untilDue(now), until - now);
      if (!closed && wait > 0) lock.wait(wait / 1_000_000 + 1);
      return !closed;
    }
  }

  private void listen(MdnsSockets socket) {
    var buffer = ByteBuffer.allocate(options.limits.mdnsPacketBytes());
    while (socket.isOpen()) {
      try {
        boolean local = LocalAddress.isLocal(socket.receive(buffer));
        byte[] packet = new byte[buffer.remaining()];
        buffer.get(packet);
        if (local) take(MdnsMessage.decode(packet)); // others reach this port only by unicast
      } catch (PeerViolationException e) {
        LOG.log(DEBUG, "an mDNS message was dropped: {0}", e.getMessage());
      } catch (IOException e) {
        if (socket.isOpen()) LOG.log(DEBUG, "cannot receive mDNS", e);
      }
    }
  }

  private void take(MdnsMessage message) {
    long now = options.time.monotonicNanos();
    if (MdnsService.isAsked(message)) {
      synchronized (lock) {
        schedule.asked(now, ANSWER_DELAY_UNIT * (options.entropy.bytes(1)[0] & 0xff));
        lock.notifyAll();
      }
    }
    service
        .found(message)
        .forEach(
            (peer, alleged) -> {
              if (gate.lets(peer, alleged, now)) options.found.found(peer, alleged);
            });
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      sockets.forEach(MdnsSockets::close);
      lock.notifyAll();
    }
  }
}
