package lockstep.sync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.testkit.sim.Scheduler;
import org.jspecify.annotations.Nullable;

/// The network between the devices of a simulated cluster. Within a stream messages keep their
/// order; streams overtake each other, and a connection may end at any moment with all that is
/// under way on it.
@SuppressWarnings("ReferenceEquality") // here identity is what is meant
final class SimWire {
  private static final long MILLI = 1_000_000;
  private static final long DELAY_MAX = 40 * MILLI;

  private final SimCluster cluster;
  private final Scheduler world;
  private final List<Connection> connections = new ArrayList<>();
  private final Set<Pair> cut = new HashSet<>();

  /// How many entries were sent to anybody.
  long entriesTold;

  /// How long a message of a conversation takes.
  LongSupplier delay;

  /// How often somebody was asked for bytes.
  long requests;

  private record Pair(int low, int high) {
    static Pair of(SimDevice a, SimDevice b) {
      return new Pair(Math.min(a.number, b.number), Math.max(a.number, b.number));
    }
  }

  SimWire(SimCluster cluster) {
    this.cluster = cluster;
    this.world = cluster.world;
    this.delay = () -> world.random().nextLong(DELAY_MAX);
  }

  // ---- Who reaches whom ------------------------------------------------------------------------

  /// Keeps all pairs connected that can be, from now on.
  void keepConnected(SimDevice a, SimDevice b) {
    boolean can = a.isOn() && b.isOn() && !cut.contains(Pair.of(a, b));
    if (can && connection(a, b) == null) connect(a, b);
    world.within(600 * MILLI, cluster.forever, "dial", () -> keepConnected(a, b));
  }

  void cut(SimDevice a, SimDevice b) {
    cut.add(Pair.of(a, b));
    drop(a, b);
  }

  void mend() {
    cut.clear();
  }

  void drop(SimDevice a, SimDevice b) {
    Connection connection = connection(a, b);
    if (connection != null) connection.end();
  }

  /// The device is off.
  void left(SimDevice device) {
    for (Connection connection : List.copyOf(connections)) {
      if (connection.has(device)) connection.end();
    }
  }

  private @Nullable Connection connection(SimDevice a, SimDevice b) {
    for (Connection each : connections) {
      if (each.has(a) && each.has(b)) return each;
    }
    return null;
  }

  /// Connects once more two that are connected, as when both dial, or one comes back before the
  /// other has noticed that it was away: the new connection takes the place of the old one.
  void replace(SimDevice a, SimDevice b) {
    connect(a, b);
  }

  private void connect(SimDevice a, SimDevice b) {
    var connection = new Connection(a, b);
    connections.add(connection);
    connection.forth.greet();
    connection.back.greet();
  }

  // ---- Chunks ----------------------------------------------------------------------------------

  /// Carries a request to a peer and its answer back.
  ///
  /// @param taker gets null if the stream was reset
  void request(SimDevice from, PeerId to, byte[] request, Consumer<byte @Nullable []> taker) {
    SimDevice peer = cluster.device(to);
    Connection connection = connection(from, peer);
    SimDevice.Run asker = from.run;
    if (asker == null) return;
    requests++;
    if (connection == null) {
      world.within(DELAY_MAX, asker.life, "no stream", () -> taker.accept(null));
      return;
    }
    world.within(
        DELAY_MAX,
        cluster.forever,
        "request",
        () -> serve(connection, asker, peer, request, taker));
  }

  private void serve(
      Connection connection,
      SimDevice.Run asker,
      SimDevice peer,
      byte[] request,
      Consumer<byte @Nullable []> taker) {
    byte[] answer = null;
    if (!connection.isOver() && peer.run != null) {
      try {
        answer = peer.run.answer(request, connection.other(peer).id);
      } catch (IOException e) {
        cluster.log("a request was not answered: " + e.getMessage());
      }
    }
    byte[] sent = answer;
    world.within(
        DELAY_MAX, asker.life, "answer", () -> taker.accept(connection.isOver() ? null : sent));
  }

  // ---- Conversations ---------------------------------------------------------------------------

  private final class Connection {
    private final SimDevice a;
    private final SimDevice b;
    final Direction forth;
    final Direction back;
    private final Scheduler.Life life = new Scheduler.Life();

    Connection(SimDevice a, SimDevice b) {
      this.a = a;
      this.b = b;
      forth = new Direction(this, a, b, true);
      back = new Direction(this, b, a, false);
    }

    boolean has(SimDevice device) {
      return device == a || device == b;
    }

    SimDevice other(SimDevice device) {
      return device == a ? b : a;
    }

    boolean isOver() {
      return life.isOver();
    }

    void end() {
      if (life.isOver()) return;
      life.end();
      connections.remove(this);
      forth.end();
      back.end();
    }
  }

  /// One end's sending side; it is the line that the *receiver* of the other direction talks on.
  private final class Direction implements SyncSession.Line {
    private final Connection connection;
    private final SimDevice from;
    private final SimDevice to;
    private final boolean opener;
    private final SimDevice.Run sender;
    private final SimDevice.Run receiver;
    private long lastArrival;
    private int underWay;

    /// The session that the sender has.
    private @Nullable SyncSession session;

    Direction(Connection connection, SimDevice from, SimDevice to, boolean opener) {
      this.connection = connection;
      this.from = from;
      this.to = to;
      this.opener = opener;
      this.sender = java.util.Objects.requireNonNull(from.run);
      this.receiver = java.util.Objects.requireNonNull(to.run);
    }

    private Direction reverse() {
      return connection.forth == this ? connection.back : connection.forth;
    }

    void greet() {
      var frontier = sender.entries.heads();
      arrive(
          "hello",
          () -> {
            Direction theirs = reverse();
            theirs.session = new SyncSession(theirs, theirs.opener, frontier);
            receiver.put(new FolderEvent.PeerUp(theirs.session));
          });
    }

    @Override
    public PeerId peer() {
      return to.id;
    }

    @Override
    public void send(SyncMessage message) {
      if (message instanceof SyncMessage.Entries told) entriesTold += told.entries().size();
      byte[] bytes = message.encoded();
      underWay++;
      arrive(message.getClass().getSimpleName(), () -> take(bytes));
    }

    private void take(byte[] bytes) {
      SyncSession theirs = reverse().session;
      if (theirs == null) throw new IllegalStateException("a message came before the greeting");
      try {
        receiver.put(new FolderEvent.FromPeer(theirs, SyncMessage.decode(bytes)));
        if (cluster.repeats() && world.random().nextInt(50) == 0) {
          receiver.put(new FolderEvent.FromPeer(theirs, SyncMessage.decode(bytes)));
        }
      } catch (PeerViolationException e) {
        throw new IllegalStateException("a message of ours is refused", e);
      }
      SyncSession ours = session;
      if (--underWay == 0 && ours != null) sender.put(new FolderEvent.Drained(ours));
    }

    private void arrive(String what, Runnable task) {
      long now = world.monotonicNanos();
      lastArrival = Math.max(lastArrival + 1, now + delay.getAsLong());
      world.after(lastArrival - now, connection.life, what, task);
    }

    @Override
    public void reset() {
      cluster.log(from.name + " resets the stream to " + to.name);
      connection.end();
    }

    void end() {
      SyncSession ours = session;
      if (ours != null) {
        world.within(
            DELAY_MAX,
            sender.life,
            "down",
            () -> sender.put(new FolderEvent.PeerDown(ours, "the connection was lost")));
      }
    }
  }
}
