package lockstep.p2p;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// The protocols this host answers, and how streams come to one: inbound streams are served on a
/// virtual thread each, outbound ones negotiated.
final class Protocols {
  private static final System.Logger LOG = System.getLogger("lockstep.p2p");

  private final Duration negotiationTime;
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();

  /// Serves a stream.
  @FunctionalInterface
  interface Handler {
    void serve(HostStream stream) throws IOException, InterruptedException;
  }

  Protocols(Duration negotiationTime) {
    this.negotiationTime = negotiationTime;
  }

  void put(String protocol, Handler handler) {
    handlers.put(protocol, handler);
  }

  List<String> names() {
    return handlers.keySet().stream().sorted().toList();
  }

  HostStream open(HostConnection connection, String protocol) throws IOException {
    return open(connection, protocol, connection.speaks(protocol));
  }

  /// As [#open], but at once, on trust, also where the peer has yet to say what it speaks.
  HostStream openAtOnce(HostConnection connection, String protocol) throws IOException {
    return open(connection, protocol, connection.maySpeak(protocol));
  }

  private HostStream open(HostConnection connection, String protocol, boolean trusting)
      throws IOException {
    var muxed = connection.muxer().open();
    try {
      muxed.out.write(Multistream.proposal(protocol));
      if (!trusting) confirm(muxed, protocol);
      return new HostStream(connection, protocol, muxed, !trusting);
    } catch (IOException | RuntimeException e) {
      muxed.reset("the negotiation failed");
      throw e;
    }
  }

  private void confirm(MuxedStream muxed, String protocol) throws IOException {
    String late = "the peer did not answer the offer of " + protocol + " in time";
    try (var _ = Deadline.after(negotiationTime, () -> muxed.reset(late))) {
      Multistream.confirm(muxed.in, protocol);
    }
  }

  void serve(HostConnection connection, MuxedStream muxed) {
    Thread.ofVirtual().name("p2p-stream").start(() -> run(connection, muxed));
  }

  private void run(HostConnection connection, MuxedStream muxed) {
    String protocol = "no protocol yet";
    try {
      protocol = Multistream.respond(muxed.in, muxed.out, handlers::containsKey);
      muxed.accepted();
      Objects.requireNonNull(handlers.get(protocol))
          .serve(new HostStream(connection, protocol, muxed, true));
      muxed.close();
    } catch (IOException | InterruptedException e) {
      LOG.log(System.Logger.Level.DEBUG, "stream (" + protocol + ") failed", e);
      muxed.reset("its handler failed");
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "stream (" + protocol + ") failed by a bug", e);
      muxed.reset("its handler failed");
    }
  }
}
