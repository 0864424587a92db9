package lockstep.p2p;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.base.Varints;

/// What a peer says about itself (`/ipfs/id/1.0.0`). Wire notes, section 5.
///
/// @param key the peer's, if it says so; only as good as its match with the authenticated one
/// @param observed how the peer sees our own address: one peer's word
record IdentifyMessage(
    Optional<PublicKey> key,
    List<Multiaddr> listen,
    List<String> protocols,
    Optional<Multiaddr> observed,
    String agent) {
  static final IdentifyMessage NOTHING =
      new IdentifyMessage(Optional.empty(), List.of(), List.of(), Optional.empty(), "");

  private static final int PUBLIC_KEY = 1;
  private static final int LISTEN_ADDRESSES = 2;
  private static final int PROTOCOLS = 3;
  private static final int OBSERVED_ADDRESS = 4;
  private static final int PROTOCOL_VERSION = 5;
  private static final int AGENT = 6;

  private static final String VERSION = "ipfs/0.1.0";

  /// A long answer comes in several messages.
  private static final int MESSAGES_MAX = 10;

  private static final int LISTED_MAX = 512;
  private static final int TEXT_MAX = 256;

  IdentifyMessage {
    listen = List.copyOf(listen);
    protocols = List.copyOf(protocols);
  }

  void write(OutputStream out) throws IOException {
    var message = new ProtoWriter();
    key.ifPresent(k -> message.bytes(PUBLIC_KEY, Keys.encode(k)));
    listen.forEach(address -> message.bytesAlways(LISTEN_ADDRESSES, address.bytes()));
    protocols.forEach(protocol -> message.string(PROTOCOLS, protocol));
    observed.ifPresent(address -> message.bytes(OBSERVED_ADDRESS, address.bytes()));
    message.string(PROTOCOL_VERSION, VERSION).string(AGENT, agent);
    Varints.write(out, message.size());
    out.write(message.toBytes());
  }

  /// Reads to the end of the stream; several messages count as one.
  static IdentifyMessage read(InputStream in, int messageBytesMax) throws IOException {
    var all = new byte[0];
    for (int i = 0; i < MESSAGES_MAX; i++) {
      long length = Varints.readOrEnd(in, messageBytesMax);
      if (length < 0) return decode(all);
      byte[] message = in.readNBytes((int) length);
      if (message.length < length) throw new EOFException("the identify answer is cut off");
      // Protobuf merges messages by concatenation.
      byte[] joined = Arrays.copyOf(all, all.length + message.length);
      System.arraycopy(message, 0, joined, all.length, message.length);
      all = joined;
    }
    throw new PeerViolationException("identify in more than %d messages".formatted(MESSAGES_MAX));
  }

  /// This message with what a push says put over it: what it leaves out stays.
  IdentifyMessage updatedBy(IdentifyMessage push) {
    return new IdentifyMessage(
        push.key.or(() -> key),
        push.listen.isEmpty() ? listen : push.listen,
        push.protocols.isEmpty() ? protocols : push.protocols,
        push.observed.or(() -> observed),
        push.agent.isEmpty() ? agent : push.agent);
  }

  private static IdentifyMessage decode(byte[] bytes) throws PeerViolationException {
    Optional<PublicKey> key = Optional.empty();
    var listen = new ArrayList<Multiaddr>();
    var protocols = new ArrayList<String>();
    Optional<Multiaddr> observed = Optional.empty();
    String agent = "";
    var fields = ProtoReader.of(bytes);
    for (int field = fields.next(); field != 0; field = fields.next()) {
      switch (field) {
        case PUBLIC_KEY -> key = Optional.of(Keys.decode(fields.bytes(Keys.ENCODED_MAX)));
        case LISTEN_ADDRESSES -> address(fields).ifPresent(a -> addBounded(listen, a));
        case PROTOCOLS -> addBounded(protocols, fields.string(Multistream.NAME_MAX));
        case OBSERVED_ADDRESS -> observed = address(fields).map(Multiaddr::withoutPeer);
        case AGENT -> agent = fields.string(TEXT_MAX);
        default -> fields.skip();
      }
    }
    return new IdentifyMessage(key, listen, protocols, observed, agent);
  }

  /// An address of a kind unknown here is left out; the message around it counts.
  private static Optional<Multiaddr> address(ProtoReader fields) throws PeerViolationException {
    byte[] bytes = fields.bytes(Integer.MAX_VALUE);
    try {
      return Optional.of(Multiaddr.fromBytes(bytes));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static <T> void addBounded(List<T> list, T item) {
    if (list.size() < LISTED_MAX) list.add(item);
  }
}
