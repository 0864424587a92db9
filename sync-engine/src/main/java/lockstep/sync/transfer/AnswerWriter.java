package lockstep.sync.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.PeerViolationException;
import lockstep.base.TimeSource;
import lockstep.base.Varints;
import lockstep.chunk.ChunkFrame;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Chunking;
import lockstep.chunk.Manifest;

/// Answers the requests of one stream. Nothing is hashed here, since the receiver has to do it
/// anyway; but a file that changed while it was read is answered as absent. Not thread-safe.
final class AnswerWriter {
  private final OutputStream out;
  private final ManifestCache manifests;
  private final TimeSource time;
  private final LinkSpeed link = new LinkSpeed();
  private final byte[] head = new byte[Varints.LENGTH_MAX + 1];
  private byte[] plain = new byte[0];
  private byte[] frame = new byte[0];
  private int plainBytesLeft;

  AnswerWriter(OutputStream out, ManifestCache manifests, TimeSource time) {
    this.out = out;
    this.manifests = manifests;
    this.time = time;
  }

  /// Answers all items and flushes.
  ///
  /// @throws PeerViolationException if a range lies outside its content, or all together ask for
  ///   too much
  void write(ChunkRequest request, ChunkServer.Serving folder) throws IOException {
    plainBytesLeft = ChunkRequest.ANSWER_BYTES_MAX;
    for (ChunkRequest.Item item : request.items()) {
      switch (item) {
        case ChunkRequest.Item.ManifestNode node -> writeNode(folder, node);
        case ChunkRequest.Item.Have(Content content) -> writeBlocks(folder, content);
        case ChunkRequest.Item.Range range -> writeRange(folder, range);
      }
    }
    out.flush();
  }

  private void writeNode(ChunkServer.Serving folder, ChunkRequest.Item.ManifestNode item)
      throws IOException {
    Blake3 hash = item.hash();
    Optional<byte[]> node = folder.chunks().node(hash);
    if (node.isEmpty() && !Chunking.isSingle(item.size())) {
      readAnew(folder, new Content(item.size(), hash));
      node = folder.chunks().node(hash);
    }
    if (node.isEmpty()) {
      out.write(ChunkRequest.ABSENT);
      return;
    }
    spend(node.get().length);
    out.write(ChunkRequest.PRESENT);
    writeBytes(node.get());
    if (item.below() > 0) writeNodesBelow(folder.chunks(), item);
  }

  /// As many as there is room for.
  private void writeNodesBelow(ChunkStore chunks, ChunkRequest.Item.ManifestNode item)
      throws IOException {
    var nodes = new ArrayList<byte[]>();
    int room = Math.min(plainBytesLeft, ChunkRequest.RANGE_BYTES_MAX);
    for (Blake3 hash : chunks.below(item.hash())) {
      Optional<byte[]> node = chunks.node(hash);
      if (node.isEmpty() || nodes.size() == item.below()) break;
      room -= node.get().length;
      if (room < 0) break;
      nodes.add(node.get());
    }
    Varints.write(out, nodes.size());
    for (byte[] node : nodes) {
      spend(node.length);
      writeBytes(node);
    }
  }

  /// Whoever asks may have had the manifest before it was forgotten here.
  private Optional<Manifest> manifest(ChunkServer.Serving folder, Content content)
      throws IOException {
    Optional<Manifest> known = manifests.manifest(folder.chunks(), content);
    if (known.isPresent()) return known;
    readAnew(folder, content);
    return manifests.manifest(folder.chunks(), content);
  }

  /// What only the history holds has no manifest until somebody asks for it.
  private static void readAnew(ChunkServer.Serving folder, Content content) throws IOException {
    try (DiskFile _ = folder.local().open(content).orElse(null)) {
      // if it is here, its manifest is known now
    }
  }

  private void writeBlocks(ChunkServer.Serving folder, Content content) throws IOException {
    Optional<byte[]> blocks = blocks(folder, content);
    if (blocks.isEmpty()) {
      out.write(ChunkRequest.ABSENT);
      return;
    }
    out.write(ChunkRequest.PRESENT);
    writeBytes(blocks.get());
  }

  private Optional<byte[]> blocks(ChunkServer.Serving folder, Content content) throws IOException {
    Optional<PartialContents.Partial> partial = folder.partial().find(content);
    if (partial.isPresent()) return Optional.of(partial.get().blocks());
    if (Chunking.isSingle(content.size())) return Optional.empty();
    Optional<Manifest> manifest = manifest(folder, content);
    if (manifest.isEmpty()) return Optional.empty();
    try (DiskFile file = folder.local().open(content).orElse(null)) {
      if (file == null) return Optional.empty();
    }
    var all = new BitSet();
    all.set(0, ChunkMap.blocks(manifest.get().count()));
    return Optional.of(all.toByteArray());
  }

  private void writeRange(ChunkServer.Serving folder, ChunkRequest.Item.Range range)
      throws IOException {
    if (Chunking.isSingle(range.content().size())) {
      writeWhole(folder, range);
    } else {
      writeChunks(folder, range);
    }
  }

  private void writeWhole(ChunkServer.Serving folder, ChunkRequest.Item.Range range)
      throws IOException {
    check(range, 1);
    int length = (int) range.content().size();
    spend(length);
    if (!read(folder, range.content(), 0, length)) {
      out.write(ChunkRequest.ABSENT);
      return;
    }
    out.write(ChunkRequest.PRESENT);
    writeChunk(0, length);
  }

  private void writeChunks(ChunkServer.Serving folder, ChunkRequest.Item.Range range)
      throws IOException {
    Optional<Manifest> found = manifest(folder, range.content());
    if (found.isEmpty()) {
      out.write(ChunkRequest.ABSENT);
      return;
    }
    Manifest manifest = found.get();
    check(range, manifest.count());
    long bytes = Assembly.bytes(manifest, range.first(), range.count());
    spend(bytes);
    if (!readChunks(folder, manifest, range, (int) bytes)) {
      out.write(ChunkRequest.ABSENT);
      return;
    }
    out.write(ChunkRequest.PRESENT);
    int offset = 0;
    for (int i = range.first(); i < range.first() + range.count(); i++) {
      writeChunk(offset, manifest.length(i));
      offset += manifest.length(i);
    }
  }

  private static void check(ChunkRequest.Item.Range range, int chunks)
      throws PeerViolationException {
    if (range.count() < 1 || range.first() > chunks - range.count()) {
      throw new PeerViolationException(
          "%d chunks from %d of a content of %d".formatted(range.count(), range.first(), chunks));
    }
  }

  private void spend(long bytes) throws PeerViolationException {
    if (bytes > ChunkRequest.RANGE_BYTES_MAX || bytes > plainBytesLeft) {
      throw new PeerViolationException(
          "a request for more bytes than one item or one request may ask for");
    }
    plainBytesLeft -= (int) bytes;
  }

  private boolean readChunks(
      ChunkServer.Serving folder, Manifest manifest, ChunkRequest.Item.Range range, int bytes)
      throws IOException {
    reserve(bytes);
    Optional<PartialContents.Partial> partial = folder.partial().find(manifest.content());
    return partial.isPresent() && partial.get().read(range.first(), range.count(), plain)
        || read(folder, manifest.content(), manifest.offset(range.first()), bytes);
  }

  /// Reads from a local file, unless there is none or it changes meanwhile.
  private boolean read(ChunkServer.Serving folder, Content content, long position, int length)
      throws IOException {
    reserve(length);
    try (DiskFile file = folder.local().open(content).orElse(null)) {
      if (file == null) return false;
      Disk.Stat before = file.stat();
      return before.size() == content.size()
          && DiskReads.fully(file, plain, length, position)
          && file.stat().equals(before);
    }
  }

  private void reserve(int length) {
    if (plain.length < length) plain = new byte[length];
  }

  /// Sends a frame and the length before it: plain bytes from where they are, packed ones in one
  /// piece.
  private void writeChunk(int offset, int length) throws IOException {
    long before = time.monotonicNanos();
    int total =
        link.isSlow() && pays(offset, length)
            ? writePacked(offset, length)
            : writePlain(offset, length);
    link.sent(total, time.monotonicNanos() - before);
  }

  private int writePlain(int offset, int length) throws IOException {
    int start = Varints.write(ChunkFrame.bytesMax(length), head, 0);
    start += ChunkFrame.plainHead(head, start);
    out.write(head, 0, start);
    out.write(plain, offset, length);
    return start + length;
  }

  private boolean pays(int offset, int length) {
    int needed = Varints.LENGTH_MAX + ChunkFrame.scratchBytes(length);
    if (frame.length < needed) frame = new byte[needed];
    return ChunkFrame.pays(plain, offset, length, frame, Varints.LENGTH_MAX);
  }

  private int writePacked(int offset, int length) throws IOException {
    int bytes = ChunkFrame.pack(plain, offset, length, frame, Varints.LENGTH_MAX);
    int start = Varints.LENGTH_MAX - Varints.length(bytes);
    Varints.write(bytes, frame, start);
    int total = Varints.LENGTH_MAX - start + bytes;
    out.write(frame, start, total);
    return total;
  }

  private void writeBytes(byte[] bytes) throws IOException {
    Varints.write(out, bytes.length);
    out.write(bytes);
  }
}
