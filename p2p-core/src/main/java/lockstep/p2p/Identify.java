package lockstep.p2p;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import lockstep.base.PeerId;

/// The identify protocols: who are you, and (push) this is what I am now.
final class Identify {
  private static final String ASK = "/ipfs/id/1.0.0";
  private static final String PUSH = "/ipfs/id/push/1.0.0";

  private final PeerId self;
  private final String agent;
  private final Supplier<List<Multiaddr>> addresses;
  private final Protocols protocols;
  private final Limits limits;

  Identify(
      PeerId self,
      String agent,
      Supplier<List<Multiaddr>> addresses,
      Protocols protocols,
      Limits limits) {
    this.self = self;
    this.agent = agent;
    this.addresses = addresses;
    this.protocols = protocols;
    this.limits = limits;
    protocols.put(ASK, this::answer);
    protocols.put(PUSH, this::update);
  }

  /// Asks the peer; blocks until it has answered or failed to.
  void ask(HostConnection connection) {
    try {
      var stream = protocols.open(connection, ASK);
      try (stream;
          var _ = Deadline.after(limits.negotiationTime(), stream::reset)) {
        stream.closeWrite();
        learn(stream);
      }
    } catch (IOException e) {
      // Said in the log of streams; a peer without identify is served all the same.
    } finally {
      connection.identifyDone();
    }
  }

  /// Tells the peer what has changed here, if it wants to know.
  void push(HostConnection connection) throws IOException {
    connection.awaitIdentified(limits.negotiationTime());
    if (!connection.speaks(PUSH)) return;
    try (var stream = protocols.open(connection, PUSH)) {
      answer(stream);
    }
  }

  private void answer(HostStream stream) throws IOException {
    // Through a relay, nobody sees where the other is.
    var observed =
        Optional.of(stream.connection().address())
            .filter(address -> !address.isRelayed())
            .map(Multiaddr::withoutPeer);
    var listen = addresses.get().stream().map(Multiaddr::withoutPeer).toList();
    new IdentifyMessage(Optional.of(self.key()), listen, protocols.names(), observed, agent)
        .write(stream.output());
  }

  private void update(HostStream stream) throws IOException {
    learn(stream);
  }

  private void learn(HostStream stream) throws IOException {
    var message = IdentifyMessage.read(stream.input(), limits.identifyBytes());
    var connection = stream.connection();
    boolean someoneElse = message.key().filter(k -> !k.equals(stream.peer().key())).isPresent();
    if (!someoneElse) connection.identity(connection.identity().updatedBy(message));
  }
}
