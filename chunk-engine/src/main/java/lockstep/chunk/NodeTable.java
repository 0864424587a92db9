package lockstep.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import lockstep.base.Blake3;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/// Manifest nodes in an H2 MVStore file. A node is kept as long as another one links to it or it is
/// pinned as a root. Written behind: what was put since the last commit is lost in a crash.
///
/// All methods may throw an [MVStoreException], or whatever else H2 stumbles into, once the file
/// proves damaged. Thread-safe.
final class NodeTable {
  /// The daemon idles within 120 MB: pages are read again rather than kept.
  private static final int CACHE_MEGABYTES = 4;

  private static final int FORMAT = 1;
  private static final int COMMIT_AFTER_NODES = 1024;
  private static final int FILL_RATE_MIN = 60;
  private static final int COMPACT_BYTES = 4 << 20;

  private final MVStore store;
  private final MVMap<Blake3, byte[]> nodes;

  /// How many links of kept nodes lead to a node, kept or not.
  private final MVMap<Blake3, Integer> links;

  private final MVMap<Blake3, Integer> pins;
  private int uncommitted;

  private NodeTable(MVStore store) {
    this.store = store;
    nodes =
        store.openMap(
            "nodes",
            new MVMap.Builder<Blake3, byte[]>()
                .keyType(HashType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE));
    links = store.openMap("links", new MVMap.Builder<Blake3, Integer>().keyType(HashType.INSTANCE));
    pins = store.openMap("pins", new MVMap.Builder<Blake3, Integer>().keyType(HashType.INSTANCE));
  }

  /// @throws MVStoreException if the file is damaged or of another format
  /// @throws IOException if another process has it open
  static NodeTable open(Path file) throws IOException {
    try {
      // No background thread: it would wake up for nothing ten times a second.
      var store =
          new MVStore.Builder()
              .fileName(file.toString())
              .cacheSize(CACHE_MEGABYTES)
              .autoCommitDisabled()
              .open();
      return checked(store);
    } catch (MVStoreException e) {
      if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
        throw new IOException(file + " is open in another process", e);
      }
      throw e;
    }
  }

  /// A table that lasts as long as this process, for when no file can be written.
  static NodeTable inMemory() {
    return checked(new MVStore.Builder().autoCommitDisabled().open());
  }

  private static NodeTable checked(MVStore store) {
    if (store.getCurrentVersion() == 0) store.setStoreVersion(FORMAT);
    if (store.getStoreVersion() != FORMAT) {
      int found = store.getStoreVersion();
      store.closeImmediately();
      throw DataUtils.newMVStoreException(
          DataUtils.ERROR_UNSUPPORTED_FORMAT, "store of format {0}, not {1}", found, FORMAT);
    }
    try {
      return new NodeTable(store);
    } catch (RuntimeException e) {
      store.closeImmediately();
      throw e;
    }
  }

  Optional<byte[]> get(Blake3 hash) {
    return Optional.ofNullable(intact(hash, nodes.get(hash)));
  }

  synchronized void put(Blake3 hash, byte[] bytes, ManifestNode node) {
    if (intact(hash, nodes.putIfAbsent(hash, bytes)) != null) return;
    link(node, 1);
    written();
  }

  /// H2 has no checksum over what it keeps; the name of a node is one.
  private static byte @Nullable [] intact(Blake3 hash, byte @Nullable [] bytes) {
    if (bytes == null || ManifestNode.hash(bytes).equals(hash)) return bytes;
    throw DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, "node {0} is damaged", hash);
  }

  /// Keeps a node although nothing links to it.
  synchronized void pin(Blake3 root) {
    if (pins.putIfAbsent(root, 1) == null) written();
  }

  synchronized void unpin(Blake3 root) {
    pins.remove(root);
    sweep(root);
    written();
  }

  /// Removes a node that neither a link nor a pin keeps, and then those below it.
  private void sweep(Blake3 hash) {
    if (links.containsKey(hash) || pins.containsKey(hash)) return;
    byte[] bytes = intact(hash, nodes.remove(hash));
    if (bytes == null) return;
    ManifestNode node = ManifestNode.trusted(bytes);
    link(node, -1);
    if (node.level() > 0) node.entries().forEach(entry -> sweep(entry.hash()));
  }

  private void link(ManifestNode node, int change) {
    if (node.level() == 0) return;
    for (ManifestNode.Entry entry : node.entries()) {
      int count = links.getOrDefault(entry.hash(), 0) + change;
      if (count > 0) links.put(entry.hash(), count);
      else links.remove(entry.hash());
    }
  }

  private void written() {
    if (++uncommitted >= COMMIT_AFTER_NODES) commit();
  }

  synchronized void commit() {
    if (uncommitted == 0) return;
    uncommitted = 0;
    store.commit();
    store.compact(FILL_RATE_MIN, COMPACT_BYTES);
  }

  void close() {
    store.close();
  }

  /// Lets go of the file without writing to it.
  void abandon() {
    store.closeImmediately();
  }

  private static final class HashType extends BasicDataType<Blake3> {
    static final HashType INSTANCE = new HashType();
    private static final int MEMORY_BYTES = 48;

    @Override
    public int getMemory(Blake3 hash) {
      return MEMORY_BYTES;
    }

    @Override
    public void write(WriteBuffer buffer, Blake3 hash) {
      buffer.putLong(hash.a()).putLong(hash.b()).putLong(hash.c()).putLong(hash.d());
    }

    @Override
    public Blake3 read(ByteBuffer buffer) {
      return new Blake3(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    @Override
    public Blake3[] createStorage(int size) {
      return new Blake3[size];
    }

    @Override
    public int compare(Blake3 a, Blake3 b) {
      return a.compareTo(b);
    }
  }
}
