package lockstep.sync;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.VersionVector;
import lockstep.ledger.Entry;
import lockstep.sync.SyncMessage.Push;

/// Who is told at once what others wrote, so that in a folder with many members not everybody tells
/// everybody the same (docs/decisions/0020-telling-many.md). Owned by the loop.
///
/// What this device itself writes goes to all at once. What others wrote goes on at once to those
/// who have asked this device for it; the rest get it only if they have not said soon after that
/// they have it. Each device so asks a few, the favoured, and its helpers: those who had to help
/// out, since none of the others brought it the news in time.
final class Relaying {
  /// So many random choices of each member connect all of them, in all likelihood.
  static final int FAVOURED = 3;

  /// Where the graph is such that chance alone does not do, a few links more will.
  static final int HELPERS_MAX = 3;

  /// Twice as long as a member takes at most to say how far it is, see [Members].
  private static final long PATIENCE = 500_000_000L;

  private final PeerId self;
  private Set<PeerId> favoured = Set.of();

  /// The oldest first.
  private final Set<PeerId> helpers = new LinkedHashSet<>();

  /// What one member is given time to get from others.
  ///
  /// @param frontier all that was known here when the time began
  record Hope(VersionVector frontier, long until) {}

  Relaying(PeerId self) {
    this.self = self;
  }

  /// Chooses anew among those that are connected. Every device chooses others, and the same ones
  /// each time.
  void chooseAmong(Set<PeerId> connected) {
    favoured =
        connected.stream()
            .sorted(Comparator.comparing(this::lot))
            .limit(FAVOURED)
            .collect(Collectors.toUnmodifiableSet());
    helpers.retainAll(connected);
    helpers.removeAll(favoured);
  }

  private Blake3 lot(PeerId peer) {
    byte[] both = new byte[64];
    System.arraycopy(self.key().bytes(), 0, both, 0, 32);
    System.arraycopy(peer.key().bytes(), 0, both, 32, 32);
    return Blake3.of(both);
  }

  /// What this device asks of a member.
  Push wantedOf(PeerId peer) {
    return favoured.contains(peer) || helpers.contains(peer) ? Push.EAGER : Push.LAZY;
  }

  /// Learns from what a member has sent who is needed.
  ///
  /// @param news what of it was new
  void brought(PeerId peer, List<Entry> news) {
    if (news.isEmpty()) {
      helpers.remove(peer);
    } else if (!favoured.contains(peer)
        && news.stream().anyMatch(entry -> !entry.writer().device().equals(peer.key()))
        && helpers.add(peer)
        && helpers.size() > HELPERS_MAX) {
      helpers.remove(helpers.iterator().next());
    }
  }

  /// Whether a member is not told yet what it lacks.
  ///
  /// @param theirs what it has, as far as is known here; not all of `frontier`
  boolean waits(
      SyncSession session, VersionVector theirs, VersionVector frontier, Clockwork clock) {
    if (!session.caughtUp || isEager(session) || lacksOurs(theirs, frontier)) {
      return false;
    }
    Hope hope = session.hope;
    if (hope == null || hope.frontier().includedIn(theirs)) {
      hope = new Hope(frontier, clock.now() + PATIENCE);
      session.hope = hope;
    }
    if (clock.now() - hope.until() >= 0) return false;
    clock.wakeAt(hope.until());
    return true;
  }

  private boolean isEager(SyncSession session) {
    return switch (session.push) {
      case EAGER -> true;
      case LAZY -> false;
      case UNSAID -> favoured.contains(session.peer());
    };
  }

  private boolean lacksOurs(VersionVector theirs, VersionVector frontier) {
    return frontier.counters().entrySet().stream()
        .anyMatch(
            last ->
                last.getKey().device().equals(self.key())
                    && !theirs.includes(last.getKey(), last.getValue()));
  }
}
