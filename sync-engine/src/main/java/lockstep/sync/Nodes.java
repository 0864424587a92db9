package lockstep.sync;

import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;

/// The form of a node in this device's own stores (the ledger has its own, denser one).
final class Nodes {
  /// Longest form in bytes: a symlink target and its frame.
  static final int BYTES_MAX = 16 << 10;

  private static final int ABSENT = 0;
  private static final int FILE = 1;
  private static final int DIRECTORY = 2;
  private static final int SYMLINK = 3;

  private Nodes() {}

  static ProtoWriter write(Node node) {
    var out = new ProtoWriter();
    return switch (node) {
      case Node.File(Content(long size, Blake3 root), long modified, int mode) ->
          out.varint(1, FILE)
              .varint(2, mode)
              .varint(3, size)
              .bytes(4, root.bytes())
              .varint(5, modified);
      case Node.Directory(int mode) -> out.varint(1, DIRECTORY).varint(2, mode);
      case Node.Symlink(String target) -> out.varint(1, SYMLINK).string(6, target);
      case Node.Absent _ -> out;
    };
  }

  static Node read(ProtoReader in) throws PeerViolationException {
    int kind = ABSENT;
    int mode = 0;
    long size = 0;
    long modified = 0;
    byte[] root = new byte[0];
    String target = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> kind = in.int32(0, SYMLINK);
        case 2 -> mode = in.int32(0, Node.MODE_MASK);
        case 3 -> size = in.varint();
        case 4 -> root = in.bytes(Blake3.LENGTH);
        case 5 -> modified = in.varint();
        case 6 -> target = in.string(BYTES_MAX);
        default -> in.skip();
      }
    }
    try {
      return switch (kind) {
        case FILE -> new Node.File(new Content(size, Blake3.fromBytes(root, 0)), modified, mode);
        case DIRECTORY -> new Node.Directory(mode);
        case SYMLINK -> new Node.Symlink(target);
        default -> Node.ABSENT;
      };
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new PeerViolationException("not a node: " + e.getMessage(), e);
    }
  }
}
