package lockstep.sync.transfer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;
import lockstep.chunk.ChunkStore;
import lockstep.recovery.Workspace;
import org.jspecify.annotations.Nullable;

/// The real fetcher and the real answers of a simulated device, without threads: each lane sends a
/// whole request over the simulated wire and gets a whole answer, or none.
public final class SimTransfers {
  /// Carries a request to a peer; the answer is null if the stream was reset.
  public interface Wire {
    void request(PeerId peer, byte[] request, Consumer<byte @Nullable []> answer);
  }

  private final Blake3 folder;
  private final Wire wire;
  private final BooleanSupplier over;
  private final Runnable poke;
  private final ManifestCache manifests = new ManifestCache();
  private final List<SimLane> lanes = new ArrayList<>();

  /// @param over whether the device has stopped or crashed
  /// @param poke there may be something to ask for
  public SimTransfers(Blake3 folder, Wire wire, BooleanSupplier over, Runnable poke) {
    this.folder = folder;
    this.wire = wire;
    this.over = over;
    this.poke = poke;
  }

  public Fetcher fetcher(
      long seed,
      ChunkStore chunks,
      Workspace workspace,
      LocalContents local,
      TimeSource time,
      Fetcher.Listener listener,
      ExecutorService workers) {
    return new Fetcher(
        seed,
        chunks,
        workspace,
        local,
        time,
        listener,
        TransferLimits.DEFAULT,
        workers,
        this::open);
  }

  private Fetcher.Lane open(
      FetchQueue queue, Provider provider, Function<InputStream, AnswerReader> readers) {
    var lane = new SimLane(queue, provider, readers);
    lanes.add(lane);
    return lane;
  }

  /// Lets every lane ask for what it can.
  public void ask() {
    List.copyOf(lanes).forEach(SimLane::ask);
  }

  /// What the fetcher's own thread does now and then.
  public static void lookAround(Fetcher fetcher) {
    fetcher.lookAround();
  }

  /// Answers a request for chunks as the chunk server does.
  public byte[] answer(byte[] request, ChunkServer.Serving serving, TimeSource time, PeerId peer)
      throws IOException {
    if (!serving.mayRead().test(peer)) throw new IOException("not a member");
    var out = new ByteArrayOutputStream();
    new AnswerWriter(out, manifests, time)
        .write(ChunkRequest.read(new ByteArrayInputStream(request)).orElseThrow(), serving);
    return out.toByteArray();
  }

  private final class SimLane implements Fetcher.Lane {
    private final FetchQueue queue;
    private final Provider provider;
    private final Function<InputStream, AnswerReader> readers;
    private @Nullable Batch asked;

    SimLane(FetchQueue queue, Provider provider, Function<InputStream, AnswerReader> readers) {
      this.queue = queue;
      this.provider = provider;
      this.readers = readers;
    }

    void ask() {
      if (asked != null || over.getAsBoolean()) return;
      Batch batch = queue.poll(provider);
      if (batch == null) return;
      asked = batch;
      batch.onIdleStream = true;
      wire.request(provider.peer, request(batch), answer -> take(batch, answer));
    }

    private byte[] request(Batch batch) {
      var out = new ByteArrayOutputStream();
      try {
        batch.request(folder).write(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return out.toByteArray();
    }

    private void take(Batch batch, byte @Nullable [] answer) {
      if (asked != batch || over.getAsBoolean()) return; // given up meanwhile
      asked = null;
      try {
        if (answer == null) throw new IOException("the stream was reset");
        readers.apply(new ByteArrayInputStream(answer)).read(batch);
        queue.answered(batch);
      } catch (IOException e) {
        queue.failed(provider, List.of(batch));
      }
      poke.run();
    }

    @Override
    public void start() {
      ask();
    }

    @Override
    public void abort() {
      Batch lost = asked;
      asked = null;
      if (lost != null) queue.failed(provider, List.of(lost));
    }

    @Override
    public void close() {
      lanes.remove(this);
      abort();
    }
  }
}
