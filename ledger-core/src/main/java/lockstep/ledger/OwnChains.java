package lockstep.ledger;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lockstep.base.PublicKey;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;

/// Which of its own chains this device goes on with. Guarded by the ledger's lock.
final class OwnChains {
  private final PublicKey self;
  private final Chains chains;
  private VersionVector claimed = VersionVector.EMPTY;

  OwnChains(PublicKey self, Chains chains) {
    this.self = self;
    this.chains = chains;
  }

  /// This device's latest chain, or the next one if that has forked or was once longer than it is
  /// here: a sequence number is never given twice, and who knows the rest of it may be away.
  WriterId latest() {
    VersionVector known = written();
    VersionVector all = known.merge(claimed);
    var latest = new WriterId(self, incarnation(all));
    boolean usable = chains.lanes(latest).size() < 2 && all.get(latest) == known.get(latest);
    return usable ? latest : new WriterId(self, latest.incarnation() + 1);
  }

  private static int incarnation(VersionVector own) {
    return own.counters().keySet().stream().mapToInt(WriterId::incarnation).max().orElse(0);
  }

  /// How far each of them reaches, on its longest branch.
  VersionVector written() {
    var written = VersionVector.EMPTY;
    for (var head : chains.heads(chains.frontier())) {
      if (head.writer().device().equals(self)) {
        written = written.with(head.writer(), head.sequence());
      }
    }
    return written;
  }

  /// What this device had seen when it wrote the last entry of each.
  List<VersionVector> pasts() {
    return chains.frontier().counters().keySet().stream()
        .filter(name -> name.device().equals(self))
        .map(name -> chains.tip(name).past())
        .toList();
  }

  /// See [Ledger#claim].
  void claim(VersionVector elsewhere) {
    int next = incarnation(written().merge(claimed)) + 1;
    Map<WriterId, Long> plausible = new HashMap<>(elsewhere.counters());
    plausible
        .keySet() // no peer may use the incarnations up
        .removeIf(writer -> !writer.device().equals(self) || writer.incarnation() > next);
    claimed = claimed.merge(VersionVector.of(plausible));
  }
}
