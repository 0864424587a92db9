package lockstep.ledger;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lockstep.base.PublicKey;
import lockstep.base.VersionVector;

/// The forks that no admin has healed yet: pure functions of the entries that are known.
final class Forks {
  private Forks() {}

  static List<Fork> open(ChainView chains, Membership membership) {
    List<Fork> open = new ArrayList<>();
    for (Lane branch : chains.branches()) {
      boolean healed =
          membership.isHealed(
              branch.chain().device(), past -> isSeen(branch, sibling(branch, chains), past));
      if (!healed) open.add(fork(branch, chains));
    }
    return open;
  }

  private static Fork fork(Lane branch, ChainView chains) {
    long sequence = branch.first();
    var kept = chains.at(sibling(branch, chains), sequence).orElseThrow();
    var other = chains.at(branch, sequence).orElseThrow();
    return new Fork(branch.chain(), sequence, kept.hash(), other.hash());
  }

  /// The lane that a branch parts from: it has an entry of the same number, after the same trunk.
  private static Lane sibling(Lane branch, ChainView chains) {
    return chains.lanes(branch.chain()).stream()
        .filter(lane -> !lane.name().equals(branch.name()))
        .filter(lane -> lane.path(branch.first() - 1).equals(branch.trunk()))
        .filter(lane -> chains.at(lane, branch.first()).isPresent())
        .findFirst()
        .orElseThrow();
  }

  /// Whether somebody has seen both entries that prove a fork.
  private static boolean isSeen(Lane branch, Lane sibling, VersionVector past) {
    return past.includes(branch.name(), branch.first())
        && past.includes(sibling.name(), branch.first());
  }

  /// The devices of open forks whose proof was seen by none of some entries.
  ///
  /// @param pasts what their writers had seen
  static Set<PublicKey> unseen(ChainView chains, Membership membership, List<VersionVector> pasts) {
    Set<PublicKey> unseen = new HashSet<>();
    for (Lane branch : chains.branches()) {
      Lane sibling = sibling(branch, chains);
      boolean healed =
          membership.isHealed(branch.chain().device(), past -> isSeen(branch, sibling, past));
      boolean seen = pasts.stream().anyMatch(past -> isSeen(branch, sibling, past));
      if (!healed && !seen) unseen.add(branch.chain().device());
    }
    return unseen;
  }

  static Set<PublicKey> devices(List<Fork> forks) {
    Set<PublicKey> devices = new HashSet<>();
    forks.forEach(fork -> devices.add(fork.writer().device()));
    return devices;
  }
}
