package lockstep.sync.transfer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.TimeSource;
import lockstep.chunk.ChunkStore;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;

/// Answers `/lockstep/chunks/1.0.0` for all folders: manifests from the chunk stores, chunks from
/// the user's files as they stand and from files that are still being fetched. See [ChunkRequest]
/// for what goes over the wire. Thread-safe.
public final class ChunkServer {
  /// The libp2p protocol id that peers open streams with.
  public static final String PROTOCOL = "/lockstep/chunks/1.0.0";

  private static final int BUFFER_BYTES = 8 << 10;

  /// What the server may tell of one folder.
  ///
  /// @param mayRead whether a peer is a member now
  /// @param partial contents on their way to this device: the folder's fetcher
  public record Serving(
      Predicate<PeerId> mayRead, LocalContents local, ChunkStore chunks, PartialContents partial) {
    Serving(Predicate<PeerId> mayRead, LocalContents local, ChunkStore chunks) {
      this(mayRead, local, chunks, PartialContents.NONE);
    }
  }

  private final Function<Blake3, Optional<Serving>> folders;
  private final TimeSource time;
  private final TransferLimits limits;
  private final Bandwidth bandwidth;
  private final ManifestCache manifests = new ManifestCache();
  private final Map<PeerId, Integer> streams = new ConcurrentHashMap<>();

  /// @param folders the folders of this device, by their ids
  public ChunkServer(
      Function<Blake3, Optional<Serving>> folders,
      TimeSource time,
      TransferLimits limits,
      Bandwidth bandwidth) {
    this.folders = folders;
    this.time = time;
    this.limits = limits;
    this.bandwidth = bandwidth;
  }

  /// To be registered for [#PROTOCOL].
  public PeerNetwork.StreamHandler handler() {
    return this::serve;
  }

  private void serve(PeerStream stream) throws IOException {
    PeerId peer = stream.peer();
    try {
      if (streams.merge(peer, 1, Integer::sum) > limits.streamsServedPerPeer()) {
        throw new PeerViolationException(
            "more than %d streams of chunks at once".formatted(limits.streamsServedPerPeer()));
      }
      answerAll(stream);
    } finally {
      streams.computeIfPresent(peer, (p, count) -> count > 1 ? count - 1 : null);
      if (streams.isEmpty()) manifests.clear();
    }
  }

  private void answerAll(PeerStream stream) throws IOException {
    var in = new BufferedInputStream(stream.input(), BUFFER_BYTES);
    var answers = new AnswerWriter(bandwidth.output(stream), manifests, time);
    for (var request = ChunkRequest.read(in);
        request.isPresent();
        request = ChunkRequest.read(in)) {
      answers.write(request.get(), serving(request.get(), stream.peer()));
    }
  }

  /// Asked for each request anew, so that a revoked member is refused at once. A stranger cannot
  /// tell a folder that is not here from one that it may not read.
  private Serving serving(ChunkRequest request, PeerId peer) throws PeerViolationException {
    return folders
        .apply(request.folder())
        .filter(folder -> folder.mayRead().test(peer))
        .orElseThrow(() -> new PeerViolationException("asked for a folder that it may not read"));
  }
}
