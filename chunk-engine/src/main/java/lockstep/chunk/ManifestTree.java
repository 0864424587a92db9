package lockstep.chunk;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.PeerViolationException;

/// The manifest of a file of several chunks as a tree of [ManifestNode]s.
///
/// Nodes are cut like chunks, where content says so: after an entry whose hash ends in six zero
/// bits, with at least 16 and at most 256 entries. An edit so changes one node (seldom two) on each
/// level, and all others are shared with the version before, on disk and on the wire.
final class ManifestTree {
  private static final int CUT_MASK = 63;

  private final Content content;
  private final Chunking chunking;

  ManifestTree(Content content) throws PeerViolationException {
    if (content.size() > Chunking.SIZE_MAX) {
      throw new PeerViolationException(
          "a file of %d bytes, at most %d allowed".formatted(content.size(), Chunking.SIZE_MAX));
    }
    this.content = content;
    this.chunking = Chunking.of(content.size());
  }

  /// Where nodes are looked up.
  interface Nodes {
    Optional<ManifestNode> node(Blake3 hash);
  }

  /// Builds the tree over two or more chunks.
  ///
  /// @return the hash of its root
  static Blake3 build(Manifest.Builder chunks, NodeSink sink) {
    Manifest.Builder entries = chunks;
    for (int level = 0; ; level++) {
      entries = cut(level, entries, sink);
      if (entries.count() == 1) return entries.hash(0);
    }
  }

  private static Manifest.Builder cut(int level, Manifest.Builder entries, NodeSink sink) {
    var parents = new Manifest.Builder(1 + entries.count() / CUT_MASK);
    var node = new ArrayList<ManifestNode.Entry>();
    for (int i = 0; i < entries.count(); i++) {
      node.add(new ManifestNode.Entry(entries.hash(i), entries.length(i)));
      boolean cut = node.size() >= ManifestNode.ENTRIES_MIN && isCut(entries.hash(i));
      if (cut || node.size() == ManifestNode.ENTRIES_MAX || i + 1 == entries.count()) {
        emit(new ManifestNode(level, List.copyOf(node)), parents, sink);
        node.clear();
      }
    }
    return parents;
  }

  private static boolean isCut(Blake3 hash) {
    return (hash.d() & CUT_MASK) == 0;
  }

  private static void emit(ManifestNode node, Manifest.Builder parents, NodeSink sink) {
    byte[] bytes = node.encode();
    Blake3 hash = ManifestNode.hash(bytes);
    sink.node(hash, bytes);
    parents.add(hash, node.length());
  }

  /// The nodes of the tree that `nodes` does not have, as far as they can be known: those right
  /// below the ones it has. Each stands once.
  ///
  /// @throws PeerViolationException if the nodes contradict each other: nobody can have this
  ///   content
  List<Blake3> missing(Nodes nodes) throws PeerViolationException {
    Set<Blake3> seen = new HashSet<>();
    List<Blake3> missing = new ArrayList<>();
    var root = nodes.node(content.root());
    if (root.isEmpty()) return List.of(content.root());
    check(root.get(), root.get().level(), content.size());
    collect(root.get(), nodes, seen, missing);
    return missing;
  }

  private void collect(ManifestNode parent, Nodes nodes, Set<Blake3> seen, List<Blake3> missing)
      throws PeerViolationException {
    if (parent.level() == 0) return;
    for (ManifestNode.Entry entry : parent.entries()) {
      if (!seen.add(entry.hash())) continue;
      var child = nodes.node(entry.hash());
      if (child.isEmpty()) {
        missing.add(entry.hash());
      } else {
        check(child.get(), parent.level() - 1, entry.length());
        collect(child.get(), nodes, seen, missing);
      }
    }
  }

  /// The manifest; empty while a node is missing.
  ///
  /// @throws PeerViolationException as [#missing]
  Optional<Manifest> manifest(Nodes nodes) throws PeerViolationException {
    var root = nodes.node(content.root());
    if (root.isEmpty()) return Optional.empty();
    check(root.get(), root.get().level(), content.size());
    var chunks = new Manifest.Builder(ManifestNode.ENTRIES_MAX);
    if (!append(root.get(), nodes, chunks)) return Optional.empty();
    return Optional.of(chunks.build(content.root()));
  }

  private boolean append(ManifestNode node, Nodes nodes, Manifest.Builder chunks)
      throws PeerViolationException {
    for (ManifestNode.Entry entry : node.entries()) {
      if (node.level() == 0) {
        chunks.add(entry.hash(), checkedChunk(entry.length(), chunks.size()));
        continue;
      }
      var child = nodes.node(entry.hash());
      if (child.isEmpty()) return false;
      check(child.get(), node.level() - 1, entry.length());
      if (!append(child.get(), nodes, chunks)) return false;
    }
    return true;
  }

  private void check(ManifestNode node, int level, long length) throws PeerViolationException {
    if (node.level() != level || node.length() != length) {
      throw new PeerViolationException(
          "the manifest of %s has a node of level %d with %d bytes where level %d with %d belongs"
              .formatted(content.root(), node.level(), node.length(), level, length));
    }
  }

  /// Chunks are as long as the file's size says: this also bounds how many there can be, however
  /// often a hostile tree names the same node.
  private long checkedChunk(long length, long offset) throws PeerViolationException {
    boolean last = offset + length == content.size();
    if (length > chunking.longest() || !last && length < chunking.shortest()) {
      throw new PeerViolationException(
          "the manifest of %s has a chunk of %d bytes at %d, which its size of %d rules out"
              .formatted(content.root(), length, offset, content.size()));
    }
    return length;
  }
}
