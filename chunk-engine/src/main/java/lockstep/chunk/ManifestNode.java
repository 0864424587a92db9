package lockstep.chunk;

import java.util.ArrayList;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.Varints;

/// One node of a manifest tree: in a leaf (level 0) the entries are chunks, above they are nodes of
/// the level below with the bytes of the file that they cover.
///
/// ```protobuf
/// message ManifestNode {
///   uint32 version = 1; // 1
///   uint32 level = 2;
///   bytes lengths = 3;  // varints, one an entry
///   bytes hashes = 4;   // 32 bytes an entry
/// }
/// ```
///
/// Its hash is domain-separated, so that no chunk of a file can be passed off as a node.
record ManifestNode(int level, List<Entry> entries) {
  /// Entries of one node: between these, cut where content says so.
  static final int ENTRIES_MIN = 16;

  static final int ENTRIES_MAX = 256;

  /// Levels 0 to 7: with 16 entries in each node 2^32 chunks.
  static final int LEVEL_MAX = 7;

  /// Bytes of the largest encoded node.
  static final int BYTES_MAX = ENTRIES_MAX * (Blake3.LENGTH + Varints.LENGTH_MAX) + 32;

  private static final int VERSION = 1;
  private static final String CONTEXT = "lockstep 2026 manifest node v1";

  /// @param length bytes of the file
  record Entry(Blake3 hash, long length) {}

  static Blake3 hash(byte[] encoded) {
    return Blake3.derived(CONTEXT, encoded);
  }

  /// Bytes of the file that this node covers.
  long length() {
    long sum = 0;
    for (Entry entry : entries) {
      sum += entry.length;
    }
    return sum;
  }

  /// The nodes right below; none below a leaf.
  List<Blake3> below() {
    return level == 0 ? List.of() : entries.stream().map(Entry::hash).toList();
  }

  byte[] encode() {
    byte[] lengths = new byte[entries.size() * Varints.LENGTH_MAX];
    byte[] hashes = new byte[entries.size() * Blake3.LENGTH];
    int at = 0;
    for (int i = 0; i < entries.size(); i++) {
      at += Varints.write(entries.get(i).length, lengths, at);
      System.arraycopy(entries.get(i).hash.bytes(), 0, hashes, i * Blake3.LENGTH, Blake3.LENGTH);
    }
    return new ProtoWriter()
        .varint(1, VERSION)
        .varint(2, level)
        .bytesAlways(3, lengths, 0, at)
        .bytes(4, hashes)
        .toBytes();
  }

  /// Decodes what a peer sent or a disk gave back. What holds between nodes is checked by
  /// [ManifestTree].
  ///
  /// @throws PeerViolationException if it is no node: too large, empty, of another version, or its
  ///   lengths are not positive or add up to more than a file can have
  static ManifestNode decode(byte[] encoded) throws PeerViolationException {
    if (encoded.length > BYTES_MAX) {
      throw malformed("of %d bytes, at most %d allowed".formatted(encoded.length, BYTES_MAX));
    }
    var in = ProtoReader.of(encoded);
    int version = 0;
    int level = 0;
    byte[] lengths = {};
    byte[] hashes = {};
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> version = in.int32(0, Integer.MAX_VALUE);
        case 2 -> level = in.int32(0, LEVEL_MAX);
        case 3 -> lengths = in.bytes(BYTES_MAX);
        case 4 -> hashes = in.bytes(BYTES_MAX);
        default -> in.skip();
      }
    }
    if (version != VERSION) throw malformed("of version %d, not %d".formatted(version, VERSION));
    return new ManifestNode(level, entries(lengths, hashes));
  }

  /// Decodes what was checked before it was kept.
  ///
  /// @throws IllegalArgumentException if it is no node after all
  static ManifestNode trusted(byte[] encoded) {
    try {
      return decode(encoded);
    } catch (PeerViolationException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static List<Entry> entries(byte[] lengths, byte[] hashes) throws PeerViolationException {
    int count = hashes.length / Blake3.LENGTH;
    if (count < 1 || count > ENTRIES_MAX || hashes.length % Blake3.LENGTH != 0) {
      throw malformed("with %d bytes of hashes".formatted(hashes.length));
    }
    var in = new Lengths(lengths);
    var entries = new ArrayList<Entry>(count);
    for (int i = 0; i < count; i++) {
      entries.add(new Entry(Blake3.fromBytes(hashes, i * Blake3.LENGTH), in.next()));
    }
    in.expectEnd();
    return List.copyOf(entries);
  }

  private static PeerViolationException malformed(String what) {
    return new PeerViolationException("a manifest node " + what);
  }

  /// Reads the lengths; their sum stays within what a file can have.
  private static final class Lengths {
    private final byte[] bytes;
    private int position;
    private long sum;

    Lengths(byte[] bytes) {
      this.bytes = bytes;
    }

    long next() throws PeerViolationException {
      long length = 0;
      int shift = 0;
      byte b;
      do {
        if (position == bytes.length || shift > 49) throw malformed("with a malformed length");
        b = bytes[position++];
        length |= (long) (b & 0x7f) << shift;
        shift += 7;
      } while (b < 0);
      sum += length;
      if (length == 0 || sum > Chunking.SIZE_MAX) throw malformed("with lengths out of range");
      return length;
    }

    void expectEnd() throws PeerViolationException {
      if (position != bytes.length) throw malformed("with more lengths than hashes");
    }
  }
}
