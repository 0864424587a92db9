package lockstep.p2p;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.Varints;

/// What two peers say through a relay to dial each other at one moment. Wire notes, section 11.
sealed interface PunchMessage {
  String PROTOCOL = "/libp2p/dcutr";

  /// One message, without its length.
  int BYTES_MAX = 4 << 10;

  int ADDRESSES_MAX = 16;
  int ADDRESS_BYTES_MAX = 1 << 10;

  int TYPE = 1;
  int OBSERVED = 2;
  int CONNECT_TYPE = 100;
  int SYNC_TYPE = 300;

  /// Where the sender can be dialled, as far as it knows.
  record Connect(List<Multiaddr> addresses) implements PunchMessage {
    public Connect {
      addresses = List.copyOf(addresses);
    }
  }

  /// Dial now.
  record Sync() implements PunchMessage {}

  static void write(OutputStream out, PunchMessage message) throws IOException {
    var fields = new ProtoWriter();
    switch (message) {
      case Connect(var addresses) -> {
        fields.varint(TYPE, CONNECT_TYPE);
        addresses.forEach(address -> fields.bytesAlways(OBSERVED, address.bytes()));
      }
      case Sync() -> fields.varint(TYPE, SYNC_TYPE);
    }
    byte[] bytes = fields.toBytes();
    Varints.write(out, bytes.length);
    out.write(bytes);
    out.flush();
  }

  /// @throws PeerViolationException if it is malformed
  static PunchMessage read(InputStream in) throws IOException {
    int length = (int) Varints.read(in, BYTES_MAX);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) throw new EOFException("the stream ended within a message");
    long type = 0;
    var addresses = new ArrayList<Multiaddr>();
    var fields = ProtoReader.of(bytes);
    for (int field = fields.next(); field != 0; field = fields.next()) {
      switch (field) {
        case TYPE -> type = fields.varint();
        case OBSERVED -> add(fields.bytes(ADDRESS_BYTES_MAX), addresses);
        default -> fields.skip();
      }
    }
    if (type == CONNECT_TYPE) return new Connect(addresses);
    if (type == SYNC_TYPE) return new Sync();
    throw new PeerViolationException("a hole punching message of type " + type);
  }

  /// One of a kind unknown here is left out.
  private static void add(byte[] bytes, List<Multiaddr> addresses) {
    if (addresses.size() >= ADDRESSES_MAX) return;
    try {
      addresses.add(Multiaddr.fromBytes(bytes).withoutPeer());
    } catch (IllegalArgumentException unknown) {
      // the others count
    }
  }
}
