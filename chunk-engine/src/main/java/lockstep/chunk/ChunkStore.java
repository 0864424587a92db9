package lockstep.chunk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.PeerViolationException;

/// Knows manifests, and where on this computer a chunk can be read. The bytes of chunks are not in
/// it: those are in the files.
///
/// Everything here can be had again by reading files or asking peers, so nothing is lost with it: a
/// damaged file is moved aside and a new one begun, at open and later; where none can be written,
/// memory has to do. What was not [#flush]ed is lost in a crash. Thread-safe.
public final class ChunkStore implements NodeSink, AutoCloseable {
  private final Optional<Path> file;
  private final ChunkIndex index = new ChunkIndex();
  private volatile NodeTable table;
  private volatile boolean closed;

  private ChunkStore(Optional<Path> file, NodeTable table) {
    this.file = file;
    this.table = table;
  }

  /// Opens a store, or makes an empty one; a damaged one becomes `….damaged` and is begun anew.
  ///
  /// @throws IOException if another process has it open, or the disk fails
  public static ChunkStore open(Path file) throws IOException {
    return new ChunkStore(Optional.of(file), openOrRebuild(file));
  }

  /// A store that ends with the process.
  public static ChunkStore inMemory() {
    return new ChunkStore(Optional.empty(), NodeTable.inMemory());
  }

  private static NodeTable openOrRebuild(Path file) throws IOException {
    try {
      return NodeTable.open(file);
    } catch (RuntimeException damaged) { // see #call
      moveAside(file);
      return openOrRemember(file);
    }
  }

  private static NodeTable openOrRemember(Path file) throws IOException {
    try {
      return NodeTable.open(file);
    } catch (RuntimeException full) {
      return NodeTable.inMemory();
    }
  }

  private static void moveAside(Path file) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    if (Files.exists(file)) Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Takes in a manifest node of our own making.
  @Override
  public void node(Blake3 hash, byte[] bytes) {
    ManifestNode node = ManifestNode.trusted(bytes);
    run(table -> table.put(hash, bytes, node));
  }

  /// The encoded manifest node; empty if it is not here.
  public Optional<byte[]> node(Blake3 hash) {
    return call(table -> table.get(hash));
  }

  /// The manifest nodes right below one, in order; empty if there are none, or it is not here.
  public List<Blake3> below(Blake3 hash) {
    return decoded(hash).map(ManifestNode::below).orElse(List.of());
  }

  /// The manifest nodes to fetch next for that content, which is kept from now on: fetch,
  /// [#accept], ask again, until the list is empty.
  ///
  /// @throws PeerViolationException if the nodes contradict each other or the content's size: the
  ///   author of the content made it so, and no peer can help
  public List<Blake3> missing(Content content) throws PeerViolationException {
    if (Chunking.isSingle(content.size())) return List.of();
    var tree = new ManifestTree(content);
    run(table -> table.pin(content.root()));
    return tree.missing(this::decoded);
  }

  /// Takes in a manifest node that a peer sent.
  ///
  /// @throws PeerViolationException if it is not the expected one
  public void accept(Blake3 expected, byte[] bytes) throws PeerViolationException {
    ManifestNode node = ManifestNode.decode(bytes); // first: it bounds what is hashed
    Blake3 actual = ManifestNode.hash(bytes);
    if (!actual.equals(expected)) {
      throw new PeerViolationException(
          "manifest node %s was asked for, %s came".formatted(expected, actual));
    }
    run(table -> table.put(expected, bytes, node));
  }

  /// The chunks of that content; empty while nodes are [#missing].
  ///
  /// @throws PeerViolationException as [#missing]
  public Optional<Manifest> manifest(Content content) throws PeerViolationException {
    if (Chunking.isSingle(content.size())) return Optional.of(Manifest.single(content));
    return new ManifestTree(content).manifest(this::decoded);
  }

  private Optional<ManifestNode> decoded(Blake3 hash) {
    return node(hash).map(ManifestNode::trusted);
  }

  /// Tells that a file of that content is on this computer, so that its chunks can be found, and
  /// keeps its manifest. Contents of one chunk are passed over: whoever knows the content knows the
  /// chunk. Of a chunk in several contents the one indexed last is found.
  public void index(Manifest manifest) {
    Content content = manifest.content();
    if (Chunking.isSingle(content.size())) return;
    run(table -> table.pin(content.root()));
    index.add(manifest);
  }

  /// Where that chunk should be found. Files change: what is read there must be hashed before use.
  public Optional<Place> locate(Blake3 chunk) {
    return index.locate(chunk);
  }

  /// Removes that content from the index and the nodes that no other content shares.
  public void forget(Content content) {
    if (Chunking.isSingle(content.size())) return;
    index.remove(content);
    run(table -> table.unpin(content.root()));
  }

  /// Hands what was taken in to the operating system; a crash of this process does not lose it
  /// then.
  public void flush() {
    run(NodeTable::commit);
  }

  /// Flushes and closes the file.
  @Override
  public void close() {
    run(NodeTable::commit);
    closed = true;
    try {
      table.close();
    } catch (RuntimeException full) {
      table.abandon(); // what it lacks at the next open is found out again
    }
  }

  private void run(Consumer<NodeTable> work) {
    Void _ =
        call(
            table -> {
              work.accept(table);
              return null;
            });
  }

  /// H2 meets a damaged file with all sorts of exceptions. What a fresh file cannot do either is
  /// our own fault and goes to the caller.
  private <T> T call(Function<NodeTable, T> work) {
    if (closed) throw new IllegalStateException("the chunk store is closed");
    NodeTable current = table;
    try {
      return work.apply(current);
    } catch (RuntimeException damaged) {
      return work.apply(rebuilt(current));
    }
  }

  private synchronized NodeTable rebuilt(NodeTable damaged) {
    if (table != damaged) return table;
    damaged.abandon();
    try {
      if (file.isPresent()) moveAside(file.get());
      table = file.isPresent() ? NodeTable.open(file.get()) : NodeTable.inMemory();
      return table;
    } catch (IOException | RuntimeException full) {
      table = NodeTable.inMemory(); // the files are synced all the same
      return table;
    }
  }
}
