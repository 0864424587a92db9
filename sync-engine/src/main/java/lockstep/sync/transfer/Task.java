package lockstep.sync.transfer;

import java.util.ArrayList;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.Content;

/// One item of a request, and what it is for.
sealed interface Task {
  /// Framing and handling of an item, so that many tiny ones do not count as nothing.
  int ITEM_BYTES = 512;

  /// A guess: nodes are cut by content.
  int NODE_BYTES = 4 << 10;

  ChunkRequest.Item item();

  /// Plain bytes that the answer holds, about.
  long bytes();

  /// Those that wait for the answer.
  List<Download> downloads();

  /// A manifest node that some downloads wait for.
  final class Node implements Task {
    /// Nodes below a root that are asked for with it: of a new file all are missing.
    private static final int AHEAD = 64;

    final Blake3 hash;

    /// How many of the nodes right below are asked for, too.
    final int below;

    final List<Download> waiting = new ArrayList<>();
    boolean asked;

    /// For a first download that waits for it.
    Node(Blake3 hash, Download first) {
      this.hash = hash;
      this.below = first.isNew() && first.content.root().equals(hash) ? AHEAD : 0;
    }

    @Override
    public ChunkRequest.Item item() {
      return new ChunkRequest.Item.ManifestNode(hash, sizeBelow(), below);
    }

    private long sizeBelow() {
      return waiting.stream()
          .map(download -> download.content)
          .filter(content -> content.root().equals(hash))
          .mapToLong(Content::size)
          .findFirst()
          .orElse(0);
    }

    @Override
    public long bytes() {
      return NODE_BYTES + Math.min((long) below * NODE_BYTES, sizeBelow() >> 10);
    }

    @Override
    public List<Download> downloads() {
      return waiting;
    }
  }

  /// A content of one chunk.
  record Whole(Download download) implements Task {
    @Override
    public ChunkRequest.Item item() {
      return new ChunkRequest.Item.Range(download.content, 0, 1);
    }

    @Override
    public long bytes() {
      return ITEM_BYTES + download.content.size();
    }

    @Override
    public List<Download> downloads() {
      return List.of(download);
    }
  }

  /// Some chunks of a content of many.
  record Range(Download download, Assembly assembly, ChunkMap.Run run) implements Task {
    @Override
    public ChunkRequest.Item item() {
      return new ChunkRequest.Item.Range(download.content, run.first(), run.count());
    }

    @Override
    public long bytes() {
      return ITEM_BYTES + run.bytes();
    }

    @Override
    public List<Download> downloads() {
      return List.of(download);
    }
  }

  /// Which blocks of a content the provider has.
  record Have(Download download, Assembly assembly) implements Task {
    @Override
    public ChunkRequest.Item item() {
      return new ChunkRequest.Item.Have(download.content);
    }

    @Override
    public long bytes() {
      return ITEM_BYTES;
    }

    @Override
    public List<Download> downloads() {
      return List.of(download);
    }
  }
}
