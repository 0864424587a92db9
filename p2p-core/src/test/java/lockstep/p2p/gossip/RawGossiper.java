package lockstep.p2p.gossip;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.Varints;
import lockstep.p2p.Hosts;
import lockstep.p2p.Libp2pNetwork;
import lockstep.p2p.Limits;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerStream;
import org.jspecify.annotations.Nullable;

/// A peer that says in gossip exactly what a test wants it to, and shows what it is told.
final class RawGossiper implements AutoCloseable {
  private static final int SECONDS_MAX = 20;

  final PrivateKey identity = Hosts.newKey();
  final Libp2pNetwork network;
  private final BlockingQueue<Rpc> told = new LinkedBlockingQueue<>();
  private final PeerId peer;
  private volatile @Nullable PeerStream inbound;
  private PeerStream stream;
  private long sequence = 1;

  RawGossiper(PeerId peer, List<Multiaddr> addresses) throws IOException {
    network = Hosts.open(identity, List.of(), Limits.DEFAULT);
    network.handle(Gossip.PROTOCOL, this::read);
    network.connect(peer, addresses, Hosts.SOON);
    this.peer = peer;
    reopen();
  }

  /// Opens another stream to the peer.
  void reopen() throws IOException {
    stream = network.open(peer, Gossip.PROTOCOL);
  }

  /// Breaks the stream that the peer has opened.
  void resetInbound() {
    Objects.requireNonNull(inbound).reset();
  }

  private void read(PeerStream opened) throws IOException {
    inbound = opened;
    var in = new BufferedInputStream(opened.input());
    while (true) {
      int length = (int) Varints.read(in, Bounds.RPC_BYTES);
      told.add(RpcCodec.decode(in.readNBytes(length)));
    }
  }

  void send(byte[] rpc) throws IOException {
    Varints.write(stream.output(), rpc.length);
    stream.output().write(rpc);
    stream.output().flush();
  }

  void send(Rpc rpc) throws IOException {
    for (byte[] each : RpcCodec.encode(rpc)) {
      send(each);
    }
  }

  void subscribe(String topic) throws IOException {
    send(Rpcs.subscription(topic, true));
  }

  void message(GossipMessage message) throws IOException {
    send(Rpcs.message(message));
  }

  void ihave(String topic, MessageId id) throws IOException {
    send(Rpcs.ihave(topic, List.of(id)));
  }

  GossipMessage sign(String topic, String text) {
    return GossipMessage.sign(identity, sequence++, topic, text.getBytes(UTF_8));
  }

  /// Waits to be told something like this.
  Rpc await(Predicate<Rpc> wanted) throws InterruptedException {
    while (true) {
      Rpc rpc = told.poll(SECONDS_MAX, TimeUnit.SECONDS);
      if (rpc == null) throw new AssertionError("not told in " + SECONDS_MAX + " s");
      if (wanted.test(rpc)) return rpc;
    }
  }

  /// All that it was told and that was not awaited.
  List<Rpc> told() {
    return List.copyOf(told);
  }

  /// Whether what is sent still arrives anywhere.
  boolean isHeard() {
    try {
      send(new byte[0]);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
