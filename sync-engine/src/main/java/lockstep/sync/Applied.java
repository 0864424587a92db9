package lockstep.sync;

import lockstep.base.Node;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import org.jspecify.annotations.Nullable;

/// What this device last made the disk equal to at a path (the merge base of the three trees).
///
/// @param ledger the node as the ledger states it
/// @param disk the node as the disk showed it afterwards: equal to `ledger` unless the file system
///   cannot hold it exactly (two-second times, no permission bits), so that what it rounds is no
///   edit
/// @param unattended whether the path was ignored since, or a deletion here gave way to what others
///   made of it: what stands there can be judged by this, but that nothing does is no deletion
record Applied(Node ledger, Node disk, boolean unattended) {
  /// Nothing was ever applied here, or it was deleted.
  static final Applied NOTHING = new Applied(Node.ABSENT, Node.ABSENT);

  Applied(Node ledger, Node disk) {
    this(ledger, disk, false);
  }

  /// The same, while nobody looks.
  Applied unattendedNow() {
    return new Applied(ledger, disk, true);
  }

  /// The same, seen as it is.
  Applied attended() {
    return new Applied(ledger, disk, false);
  }

  static Applied exactly(Node node) {
    return new Applied(node, node);
  }

  /// The durable form.
  byte[] encoded() {
    var out = new ProtoWriter().message(1, Nodes.write(ledger));
    if (!disk.equals(ledger)) {
      out.message(2, Nodes.write(disk));
    }
    if (unattended) {
      out.varint(3, 1);
    }
    return out.toBytes();
  }

  /// @throws PeerViolationException if the bytes are no durable form
  static Applied decode(byte[] bytes) throws PeerViolationException {
    var in = ProtoReader.of(bytes);
    Node ledger = Node.ABSENT;
    @Nullable Node disk = null;
    boolean unattended = false;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> ledger = Nodes.read(in.message(Nodes.BYTES_MAX));
        case 2 -> disk = Nodes.read(in.message(Nodes.BYTES_MAX));
        case 3 -> unattended = in.varint() != 0;
        default -> in.skip();
      }
    }
    return new Applied(ledger, disk == null ? ledger : disk, unattended);
  }
}
