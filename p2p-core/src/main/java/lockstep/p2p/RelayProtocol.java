package lockstep.p2p;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.Varints;

/// The two protocols of circuit relay v2, which number the fields of the same messages differently.
/// Messages are read byte by byte up to their end: what follows belongs to the circuit.
enum RelayProtocol {
  /// A client speaks to its relay.
  HOP("/libp2p/circuit/relay/0.2.0/hop", 0, 1, 2, 3, 4, 5),

  /// A relay speaks to whom it brings somebody.
  STOP("/libp2p/circuit/relay/0.2.0/stop", -1, 0, 1, -1, 3, 4);

  /// One message, without its length.
  private static final int BYTES_MAX = 4 << 10;

  private static final int ADDRESSES_MAX = 16;
  private static final int ADDRESS_BYTES_MAX = 1 << 10;

  private static final int TYPE = 1;
  private static final int PEER = 2;

  private final String id;
  private final int reserveType;
  private final int connectType;
  private final int statusType;
  private final int reservationField;
  private final int limitField;
  private final int statusField;

  RelayProtocol(
      String id,
      int reserveType,
      int connectType,
      int statusType,
      int reservationField,
      int limitField,
      int statusField) {
    this.id = id;
    this.reserveType = reserveType;
    this.connectType = connectType;
    this.statusType = statusType;
    this.reservationField = reservationField;
    this.limitField = limitField;
    this.statusField = statusField;
  }

  String id() {
    return id;
  }

  void write(OutputStream out, RelayMessage message) throws IOException {
    byte[] bytes = encode(message);
    Varints.write(out, bytes.length);
    out.write(bytes);
    out.flush();
  }

  /// @throws PeerViolationException if it is malformed
  RelayMessage read(InputStream in) throws IOException {
    int length = (int) Varints.read(in, BYTES_MAX);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) throw new EOFException("the stream ended within a relay message");
    return decode(bytes);
  }

  private byte[] encode(RelayMessage message) {
    var out = new ProtoWriter();
    switch (message) {
      case RelayMessage.Reserve() -> out.varintAlways(TYPE, reserveType);
      case RelayMessage.Connect(var peer, var limit) -> {
        out.varintAlways(TYPE, connectType);
        out.message(PEER, new ProtoWriter().bytes(1, peer.bytes()));
        writeLimit(out, limit);
      }
      case RelayMessage.Status(var status, var reservation, var limit) -> {
        out.varintAlways(TYPE, statusType);
        reservation.ifPresent(r -> out.message(reservationField, reservation(r)));
        writeLimit(out, limit);
        out.varintAlways(statusField, status.code());
      }
    }
    return out.toBytes();
  }

  private void writeLimit(ProtoWriter out, RelayMessage.Limit limit) {
    if (limit.equals(RelayMessage.Limit.NONE)) return;
    out.message(limitField, new ProtoWriter().varint(1, limit.seconds()).varint(2, limit.bytes()));
  }

  private static ProtoWriter reservation(RelayMessage.Reservation reservation) {
    var out = new ProtoWriter().varint(1, reservation.expires());
    reservation.addresses().forEach(address -> out.bytesAlways(2, address.bytes()));
    return out;
  }

  private RelayMessage decode(byte[] bytes) throws PeerViolationException {
    long type = Long.MIN_VALUE;
    Optional<PeerId> peer = Optional.empty();
    Optional<RelayMessage.Reservation> reservation = Optional.empty();
    var limit = RelayMessage.Limit.NONE;
    var status = RelayStatus.UNKNOWN;
    var in = ProtoReader.of(bytes);
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == TYPE) {
        type = in.varint();
      } else if (field == PEER) {
        peer = Optional.of(readPeer(in.message(BYTES_MAX)));
      } else if (field == reservationField) {
        reservation = Optional.of(readReservation(in.message(BYTES_MAX)));
      } else if (field == limitField) {
        limit = readLimit(in.message(BYTES_MAX));
      } else if (field == statusField) {
        status = RelayStatus.of(in.varint());
      } else {
        in.skip();
      }
    }
    if (type == statusType) return new RelayMessage.Status(status, reservation, limit);
    if (type == reserveType) return new RelayMessage.Reserve();
    if (type == connectType && peer.isPresent()) {
      return new RelayMessage.Connect(peer.get(), limit);
    }
    throw new PeerViolationException(
        "a relay message of type %d, or without a peer".formatted(type));
  }

  /// The addresses that may stand there are of no use here.
  private static PeerId readPeer(ProtoReader in) throws PeerViolationException {
    byte[] id = {};
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == 1) id = in.bytes(PeerId.LENGTH);
    }
    try {
      return PeerId.fromBytes(id);
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("a relay message about nobody: " + e.getMessage(), e);
    }
  }

  private static RelayMessage.Reservation readReservation(ProtoReader in)
      throws PeerViolationException {
    long expires = 0;
    List<Multiaddr> addresses = new ArrayList<>();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> expires = in.varint();
        case 2 -> addAddress(in.bytes(ADDRESS_BYTES_MAX), addresses);
        default -> in.skip();
      }
    }
    return new RelayMessage.Reservation(expires, addresses);
  }

  /// One of a kind unknown here is left out.
  private static void addAddress(byte[] bytes, List<Multiaddr> addresses) {
    if (addresses.size() >= ADDRESSES_MAX) return;
    try {
      addresses.add(Multiaddr.fromBytes(bytes));
    } catch (IllegalArgumentException unknown) {
      // the others count
    }
  }

  private static RelayMessage.Limit readLimit(ProtoReader in) throws PeerViolationException {
    long seconds = 0;
    long bytes = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> seconds = in.varint();
        case 2 -> bytes = in.varint();
        default -> in.skip();
      }
    }
    return new RelayMessage.Limit(seconds, bytes);
  }
}
