package lockstep.sync.transfer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.Varints;
import lockstep.chunk.Chunking;

/// One request of `/lockstep/chunks/1.0.0`: a length-delimited protobuf message.
///
/// ```
/// message Request { bytes folder = 1; repeated Item item = 2; }
/// message Item    { uint32 kind = 1; bytes hash = 2; uint64 size = 3; uint32 first = 4; uint32 count = 5; }
/// ```
///
/// Requests may follow each other on a stream without waiting. Items are answered in the order
/// asked, each by a status byte and, if that is [#PRESENT],
///
/// | kind | asks for | answer |
/// |---|---|---|
/// | 1 | a manifest node by its hash, and with it the first nodes right below it, `count` at most; `size` is that of the content whose root it is, else 0 | length, node; if `count` is not 0: how many follow, and for each: length, node |
/// | 2 | `count` chunks from chunk `first` of the content (`size`, `hash`) | for each: length, chunk frame |
/// | 3 | which blocks of the content are here | length, one bit for each block, lowest first |
///
/// where lengths are unsigned varints. Chunks have no names on the wire: both sides know the
/// manifest.
record ChunkRequest(Blake3 folder, List<Item> items) {
  /// Status of an item that this peer has not, or not any more.
  static final int ABSENT = 0;

  /// Status of an item whose answer follows.
  static final int PRESENT = 1;

  static final int ITEMS_MAX = 256;

  /// Bytes of an encoded request.
  static final int BYTES_MAX = 32 << 10;

  /// Plain bytes that one item may ask for: the server reads them into memory at once.
  static final int RANGE_BYTES_MAX = 2 * Chunking.CHUNK_MAX;

  /// Plain bytes that one request may ask for; bounds what a peer can have a server do for one
  /// message.
  static final int ANSWER_BYTES_MAX = 8 << 20;

  /// Bytes of a manifest node; more than any has.
  static final int NODE_BYTES_MAX = 16 << 10;

  /// Chunks that one item may ask for.
  static final int COUNT_MAX = 4096;

  /// Bytes of an answer of kind 3: enough for 16 million chunks.
  static final int BLOCKS_BYTES_MAX = 64 << 10;

  private static final int ITEM_BYTES_MAX = 128;

  ChunkRequest {
    items = List.copyOf(items);
  }

  /// One thing asked for.
  sealed interface Item {
    /// A manifest node.
    ///
    /// @param size of the content whose root it is, which may have to be read for it; 0 if it is
    ///   below a root
    /// @param below how many of the nodes right below it are wanted, too, to [#COUNT_MAX]
    record ManifestNode(Blake3 hash, long size, int below) implements Item {}

    /// Chunks side by side; for a content of one chunk, that chunk.
    record Range(Content content, int first, int count) implements Item {}

    /// Which blocks of a content are there.
    record Have(Content content) implements Item {}
  }

  /// Writes the request; the caller flushes.
  void write(OutputStream out) throws IOException {
    var message = new ProtoWriter().bytes(1, folder.bytes());
    for (Item item : items) {
      message.message(2, encode(item));
    }
    byte[] bytes = message.toBytes();
    Varints.write(out, bytes.length);
    out.write(bytes);
  }

  private static ProtoWriter encode(Item item) {
    var out = new ProtoWriter();
    return switch (item) {
      case Item.ManifestNode(Blake3 hash, long size, int below) ->
          encode(out.varint(1, 1), new Content(size, hash)).varint(5, below);
      case Item.Range(Content content, int first, int count) ->
          encode(out.varint(1, 2), content).varint(4, first).varint(5, count);
      case Item.Have(Content content) -> encode(out.varint(1, 3), content);
    };
  }

  private static ProtoWriter encode(ProtoWriter out, Content content) {
    return out.bytes(2, content.root().bytes()).varint(3, content.size());
  }

  /// The next request of a stream, empty when the peer was done.
  ///
  /// @throws PeerViolationException if it is malformed or passes a bound
  static Optional<ChunkRequest> read(InputStream in) throws IOException {
    int length = (int) Varints.readOrEnd(in, BYTES_MAX);
    if (length < 0) {
      return Optional.empty();
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the stream ended within a request");
    }
    return Optional.of(decode(ProtoReader.of(bytes)));
  }

  private static ChunkRequest decode(ProtoReader in) throws PeerViolationException {
    Optional<Blake3> folder = Optional.empty();
    var items = new ArrayList<Item>();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> folder = Optional.of(hash(in));
        case 2 -> items.add(item(in.message(ITEM_BYTES_MAX)));
        default -> in.skip();
      }
      if (items.size() > ITEMS_MAX) {
        throw new PeerViolationException("a request of more than " + ITEMS_MAX + " items");
      }
    }
    return new ChunkRequest(
        folder.orElseThrow(() -> new PeerViolationException("a request that names no folder")),
        items);
  }

  private static Item item(ProtoReader in) throws PeerViolationException {
    int kind = 0;
    Optional<Blake3> hash = Optional.empty();
    long size = 0;
    int first = 0;
    int count = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> kind = in.int32(0, Integer.MAX_VALUE);
        case 2 -> hash = Optional.of(hash(in));
        case 3 -> size = in.varint();
        case 4 -> first = in.int32(0, Integer.MAX_VALUE);
        case 5 -> count = in.int32(0, COUNT_MAX);
        default -> in.skip();
      }
    }
    if (hash.isEmpty() || size < 0 || size > Chunking.SIZE_MAX) {
      throw new PeerViolationException("an item without a hash, or with a size out of range");
    }
    return switch (kind) {
      case 1 -> new Item.ManifestNode(hash.get(), size, count);
      case 2 -> new Item.Range(new Content(size, hash.get()), first, count);
      case 3 -> new Item.Have(new Content(size, hash.get()));
      default ->
          throw new PeerViolationException(
              "an item of kind " + kind + ", which version 1.0 of the protocol does not know");
    };
  }

  private static Blake3 hash(ProtoReader in) throws PeerViolationException {
    byte[] bytes = in.bytes(Blake3.LENGTH);
    if (bytes.length != Blake3.LENGTH) {
      throw new PeerViolationException("a hash of " + bytes.length + " bytes");
    }
    return Blake3.fromBytes(bytes, 0);
  }
}
