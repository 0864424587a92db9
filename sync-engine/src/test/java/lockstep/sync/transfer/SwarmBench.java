package lockstep.sync.transfer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.recovery.Directories;
import lockstep.testkit.Gen;

/// How often a new file of 32 MiB leaves its origin until N receivers have it, where every device
/// sends 8 MiB a second at most: run `main`. Last result (two shared cores): see
/// docs/performance.md.
final class SwarmBench {
  private static final int FILE_BYTES = 32 << 20;
  private static final int BYTES_PER_SECOND = 8 << 20;

  private SwarmBench() {}

  public static void main(String[] arguments) throws Exception {
    for (int receivers : new int[] {1, 2, 4, 8}) {
      Path directory = Files.createTempDirectory("swarm");
      measure(receivers, directory);
      Directories.deleteTree(directory);
    }
    System.exit(0); // pools of the fetchers may linger
  }

  private static void measure(int receivers, Path directory) throws Exception {
    var network = new PipedNetwork();
    var peers = new ArrayList<TransferPeer>();
    for (int i = 0; i <= receivers; i++) {
      var peer = new TransferPeer(network, directory.resolve("p" + i), TransferLimits.DEFAULT);
      peer.port.bytesPerSecond = BYTES_PER_SECOND;
      peers.add(peer);
    }
    TransferPeer origin = peers.getFirst();
    Content content = origin.put("a", new Gen(receivers).bytes(FILE_BYTES));
    var file = new Node.File(content, TransferPeer.MODIFIED, 0644);
    var wanted = new Wanted("new", RelPath.of("new"), file, Optional.empty());
    TransferPeer.connect(peers.toArray(TransferPeer[]::new));
    long start = System.nanoTime();
    List<TransferPeer> others = peers.subList(1, peers.size());
    for (TransferPeer peer : others) peer.fetcher.want(List.of(wanted));
    for (TransferPeer peer : others) peer.awaitStaged(List.of(wanted));
    System.out.printf(
        "%d receivers: %.1f s, %.2f copies left the origin%n",
        receivers, (System.nanoTime() - start) / 1e9, (double) origin.port.sent() / FILE_BYTES);
    for (TransferPeer peer : peers) peer.close();
  }
}
