package lockstep.sync.transfer;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import lockstep.base.Content;
import org.jspecify.annotations.Nullable;

/// One content on its way to this device, for all the files that want it. Guarded by the monitor of
/// its [FetchQueue] but for `content`.
final class Download {
  /// Where a download stands.
  enum Stage {
    /// Not looked at yet, or being copied from a local file that has it all.
    LOCAL,
    /// Waits for its turn, or for an answer (one chunk).
    WAITING,
    /// A worker looks for the manifest or reuses local chunks (many chunks).
    PREPARING,
    /// Manifest nodes are being fetched (many chunks).
    NODES,
    /// Chunks are being fetched (many chunks).
    CHUNKS,
    /// All chunks are in the staged file (many chunks).
    COMPLETE,
    /// All bytes are here: the files are being completed.
    WRITING,
    /// Done with, or wanted no more.
    OVER
  }

  final Content content;
  final List<Wanted> wanted = new ArrayList<>();

  /// Workers peek at it without it, to stop early.
  volatile Stage stage = Stage.LOCAL;

  /// Workers that touch its staged files now; [FetchQueue#cancel] waits until there are none.
  int hands;

  /// Set while many chunks are being put together.
  @Nullable Assembly assembly;

  /// Nodes that the next look at the manifest waits for.
  int nodesAwaited;

  /// Whether a request that includes its only chunk is under way.
  boolean asked;

  /// Since when no connected member has it; 0 while one has.
  long starvedSince;

  private int start = -1;

  private final Map<Provider, Offer> offers = new HashMap<>();

  Download(Content content) {
    this.content = content;
  }

  boolean isOver() {
    return stage == Stage.OVER;
  }

  /// Whether no earlier version of it is here, of whose manifest parts may be the same.
  boolean isNew() {
    return wanted.stream().allMatch(file -> file.previous().isEmpty());
  }

  /// What is known of one provider's share.
  static final class Offer {
    /// Blocks that it said it has; null before it was asked.
    @Nullable BitSet blocks;

    boolean asking;

    /// Monotonic time before which it is not asked (again).
    long notBefore = Long.MIN_VALUE;

    private int misses;

    /// Whether it lacked something when last asked.
    boolean isPoor() {
      return misses > 0;
    }
  }

  /// The block to begin at where peers are equals: another one for each receiver, so that they have
  /// something to give to each other, and the same all along, so that blocks get complete soon.
  int start(SplittableRandom random, int blocks) {
    if (start < 0) start = random.nextInt(blocks);
    return start;
  }

  Offer offer(Provider provider) {
    return offers.computeIfAbsent(provider, p -> new Offer());
  }

  /// Peers that said they have the block.
  int copies(int block) {
    int copies = 0;
    for (Offer offer : offers.values()) {
      if (offer.blocks != null && offer.blocks.get(block)) copies++;
    }
    return copies;
  }

  /// Whether each of these peers lacks it, by the last answer it gave, or is not to be asked.
  boolean isLackedBy(Collection<Provider> providers) {
    for (Provider provider : providers) {
      Offer offer = offers.get(provider);
      if (!provider.isBanned(content) && (offer == null || offer.misses == 0)) return false;
    }
    return true;
  }

  /// Whether the provider may have it, as far as is known.
  boolean mayAsk(Provider provider, long now) {
    if (provider.isBanned(content)) return false;
    Offer offer = offers.get(provider);
    return offer == null || offer.notBefore <= now;
  }

  /// The provider lacks it, or the part that is missing here: leave it alone for a while.
  void miss(Provider provider, long now, TransferLimits limits) {
    Offer offer = offer(provider);
    long pause = limits.absentRetryMin().toNanos() << Math.min(offer.misses++, 20);
    offer.blocks = null;
    offer.notBefore = now + Math.min(pause, limits.absentRetryMax().toNanos());
  }

  /// It is fetching, too, and has nothing yet that is missing here: it soon may.
  void missForNow(Provider provider, long now, TransferLimits limits) {
    offer(provider).misses = 0;
    miss(provider, now, limits);
  }

  /// It turned out to have something after all.
  void hit(Provider provider) {
    offer(provider).misses = 0;
  }
}
