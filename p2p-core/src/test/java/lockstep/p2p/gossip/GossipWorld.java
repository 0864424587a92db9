package lockstep.p2p.gossip;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import lockstep.base.PeerId;
import lockstep.testkit.sim.Scheduler;

/// A simulated swarm: devices that keep the rules and others that do not, connections that come and
/// go and lose what is under way on them. RPCs travel encoded, signatures are real. Everything
/// follows from the seed.
final class GossipWorld {
  static final Scheduler.Life EVER = new Scheduler.Life();
  static final String TOPIC = "the topic, whose name is a secret";
  static final int DATA_BYTES = 64;
  static final long MILLI = 1_000_000;

  /// From one device to another: alike, so that the way of fewest hops is the quickest.
  private static final long DELAY = 20 * MILLI;

  private static final long JITTER = MILLI;

  final Scheduler scheduler;
  final SplittableRandom random;
  final List<SimNode> nodes = new ArrayList<>();

  /// Copies of messages that came to devices that keep the rules.
  long copies;

  /// Whom no device admits to the topic.
  final Set<PeerId> strangers = new HashSet<>();

  private final Map<PeerId, SimNode> byId = new HashMap<>();
  private final Map<Pair, Connection> connections = new LinkedHashMap<>();
  private final Map<Integer, Map<SimNode, Integer>> hops = new HashMap<>();
  private int messages;

  private record Pair(int low, int high) {
    static Pair of(SimNode a, SimNode b) {
      return new Pair(Math.min(a.number, b.number), Math.max(a.number, b.number));
    }
  }

  private static final class Connection {
    final Scheduler.Life life = new Scheduler.Life();
    final Map<SimNode, Long> lastArrival = new HashMap<>();
  }

  GossipWorld(long seed) {
    scheduler = new Scheduler(seed);
    random = scheduler.random();
  }

  TopicRules rules() {
    return new TopicRules() {
      @Override
      public boolean admits(PeerId peer) {
        return !strangers.contains(peer);
      }

      @Override
      public Verdict judge(GossipMessage message) {
        return message.data().length == DATA_BYTES ? Verdict.ACCEPT : Verdict.REJECT;
      }
    };
  }

  // ---- Devices

  <N extends SimNode> N add(N node) {
    nodes.add(node);
    byId.put(node.id, node);
    return node;
  }

  /// A device that keeps the rules, in the topic from the start.
  SimGossiper addGossiper(GossipParameters parameters) {
    var device = add(new SimGossiper(this, nodes.size(), parameters));
    device.join();
    return device;
  }

  List<SimGossiper> gossipers() {
    return nodes.stream()
        .filter(SimGossiper.class::isInstance)
        .map(SimGossiper.class::cast)
        .toList();
  }

  SimNode node(PeerId id) {
    return Objects.requireNonNull(byId.get(id));
  }

  <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  // ---- Connections

  /// Has every device dial so many others, and all hang together.
  void connectAll(int dials) {
    for (int i = 1; i < nodes.size(); i++) {
      connect(nodes.get(i), nodes.get(random.nextInt(i)));
      for (int more = 1; more < dials; more++) {
        connect(nodes.get(i), any(nodes));
      }
    }
  }

  void connect(SimNode dialler, SimNode other) {
    if (dialler.number == other.number || isConnected(dialler, other)) return;
    connections.put(Pair.of(dialler, other), new Connection());
    dialler.connected(other, true);
    other.connected(dialler, false);
  }

  void disconnect(SimNode a, SimNode b) {
    Connection connection = connections.remove(Pair.of(a, b));
    if (connection == null) return;
    connection.life.end();
    a.disconnected(b);
    b.disconnected(a);
  }

  boolean isConnected(SimNode a, SimNode b) {
    return connections.containsKey(Pair.of(a, b));
  }

  List<SimNode> neighbours(SimNode node) {
    return nodes.stream().filter(it -> isConnected(node, it)).toList();
  }

  /// Breaks a random connection and dials another one.
  void rewire() {
    Pair broken = any(List.copyOf(connections.keySet()));
    SimNode a = nodes.get(broken.low);
    disconnect(a, nodes.get(broken.high));
    connect(a, any(nodes));
  }

  /// Cuts a part of the devices off from all others.
  ///
  /// @return what was cut
  List<Runnable> split(Predicate<SimNode> part) {
    var mending = new ArrayList<Runnable>();
    for (Pair pair : List.copyOf(connections.keySet())) {
      SimNode a = nodes.get(pair.low);
      SimNode b = nodes.get(pair.high);
      if (part.test(a) == part.test(b)) continue;
      disconnect(a, b);
      mending.add(() -> connect(a, b));
    }
    return mending;
  }

  void send(SimNode from, SimNode to, byte[] rpc) {
    Connection connection = connections.get(Pair.of(from, to));
    if (connection == null) return;
    long at = now() + DELAY + random.nextLong(JITTER);
    long arrival = Math.max(at, connection.lastArrival.getOrDefault(to, 0L) + 1);
    connection.lastArrival.put(to, arrival);
    scheduler.after(arrival - now(), connection.life, "rpc", () -> to.received(from, rpc));
  }

  // ---- Time

  long now() {
    return scheduler.monotonicNanos();
  }

  void after(long millis, Runnable task) {
    scheduler.after(millis * MILLI, EVER, "later", task);
  }

  void pass(long millis) {
    scheduler.pass(millis * MILLI);
  }

  // ---- Messages

  /// Has a device publish, and gives the message's number.
  int publish(SimGossiper device) {
    device.publish(messages);
    return messages++;
  }

  void published(SimGossiper device, int message) {
    hops.put(message, new HashMap<>(Map.of(device, 0)));
    device.delivered.add(message);
  }

  void delivered(SimGossiper device, SimNode from, int message) {
    Map<SimNode, Integer> known = known(message);
    known.put(device, known.getOrDefault(from, 0) + 1);
    scheduler.note(device + " has " + message);
  }

  int messages() {
    return messages;
  }

  /// How many times a message was passed on to come to the device that it took the most for.
  int hops(int message) {
    return known(message).values().stream().mapToInt(it -> it).max().orElse(0);
  }

  /// Devices that have a message, its author too.
  int reached(int message) {
    return known(message).size();
  }

  private Map<SimNode, Integer> known(int message) {
    Map<SimNode, Integer> known = hops.get(message);
    if (known == null) throw new AssertionError("nobody has published message " + message);
    return known;
  }

  /// Whether all devices hang together.
  boolean isWhole() {
    Set<SimNode> reached = new HashSet<>();
    var next = new ArrayList<>(List.of(nodes.getFirst()));
    while (!next.isEmpty()) {
      SimNode node = next.removeLast();
      if (reached.add(node)) next.addAll(neighbours(node));
    }
    return reached.size() == nodes.size();
  }
}
