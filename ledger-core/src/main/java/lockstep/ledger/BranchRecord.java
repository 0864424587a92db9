package lockstep.ledger;

import java.util.HashMap;
import java.util.Map;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// How the log keeps the first entry of a branch: with all that its writer had seen, which the
/// chain that it parts from no longer tells when it is read back.
///
/// After the record's first byte a protobuf message: 1 seen (repeated: 1 device, 2 incarnation, 3
/// sequence, as this ledger names chains), 2 the entry.
record BranchRecord(VersionVector past, byte[] entry) {
  private static final int COUNTER_BYTES_MAX = 64;

  static BranchRecord of(Placed placed) {
    return new BranchRecord(placed.tip().past(), placed.entry().encodedUnshared());
  }

  byte[] encoded() {
    var out = new ProtoWriter();
    past.counters()
        .forEach(
            (writer, sequence) -> out.message(1, BodyCodec.writer(writer).varint(3, sequence)));
    byte[] message = out.bytesAlways(2, entry).toBytes();
    byte[] record = new byte[1 + message.length];
    record[0] = EntryStore.BRANCH;
    System.arraycopy(message, 0, record, 1, message.length);
    return record;
  }

  static BranchRecord decode(byte[] record) throws PeerViolationException {
    Map<WriterId, Long> past = new HashMap<>();
    byte[] entry = {};
    if (record.length == 0) throw new PeerViolationException("a record of no bytes");
    var in = ProtoReader.of(record, 1, record.length - 1);
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> counter(in.message(COUNTER_BYTES_MAX), past);
        case 2 -> entry = in.bytes(Entry.ENCODED_BYTES_MAX);
        default -> in.skip();
      }
    }
    try {
      return new BranchRecord(VersionVector.of(past), entry);
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("not what anybody has seen: " + e.getMessage(), e);
    }
  }

  private static void counter(ProtoReader in, Map<WriterId, Long> past)
      throws PeerViolationException {
    byte[] device = {};
    int incarnation = 0;
    long sequence = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> device = in.bytes(PublicKey.LENGTH);
        case 2 -> incarnation = in.int32(0, Integer.MAX_VALUE);
        case 3 -> sequence = in.varint();
        default -> in.skip();
      }
    }
    if (device.length != PublicKey.LENGTH) throw new PeerViolationException("not a device's key");
    past.put(new WriterId(PublicKey.of(device), incarnation), sequence);
  }
}
