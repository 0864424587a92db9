package lockstep.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.PublicKey;

/// Decides which of the entries that a member sent enter the ledger, and which have to wait.
///
/// Of a device in good standing all is taken. Of one in quarantine, what an entry of a device in
/// good standing builds upon: so whatever an honest member has accepted reaches all others, and all
/// come to hold the same, while the device itself can add nothing. A fork is proven by the first
/// entry of the second branch. That entry is taken, and what came of its branch in the same
/// message: small forks are told whole.
final class Intake {
  private final Draft draft;
  private final PublicKey self;
  private final boolean hasGaps;
  private final List<Entry> left = new ArrayList<>();
  private final Set<Blake3> leftHashes = new HashSet<>();
  private final Set<PublicKey> quarantined;

  /// Devices whose fork came to light here.
  private final Set<PublicKey> caught = new HashSet<>();

  /// What devices in good standing sent, and all that it builds upon.
  private final Set<Blake3> vouched = new HashSet<>();

  /// @param self takes its own branches whatever happens: they are its user's work
  /// @param quarantined when the entries came
  /// @param hasGaps whether some of what the same member sent had to be dropped
  Intake(Draft draft, PublicKey self, Set<PublicKey> quarantined, boolean hasGaps) {
    this.draft = draft;
    this.self = self;
    this.hasGaps = hasGaps;
    this.quarantined = new HashSet<>(quarantined);
    this.quarantined.remove(self);
  }

  /// Fills the draft.
  ///
  /// @param sent in dependency order
  /// @return what has to wait, in the same order
  List<Entry> run(List<Entry> sent) throws IOException {
    weigh(sent);
    for (Entry entry : sent) {
      if (draft.isKnown(entry)) continue;
      if (mayEnter(entry) && !hasToWait(entry)) {
        boolean forks = draft.add(entry).forks();
        if (forks && isNews(entry.writer().device())) weigh(sent);
      } else {
        leave(entry);
      }
    }
    return left;
  }

  private void leave(Entry entry) throws IOException {
    draft.checkFolder(entry);
    left.add(entry);
    leftHashes.add(entry.hash());
  }

  private boolean isNews(PublicKey device) {
    boolean news = !device.equals(self) && quarantined.add(device);
    if (news) caught.add(device);
    return news;
  }

  private boolean mayEnter(Entry entry) {
    return quarantined.isEmpty()
        || vouched.contains(entry.hash())
        || caught.contains(entry.writer().device()) && !startsBranch(entry);
  }

  private boolean startsBranch(Entry entry) {
    return draft.laneOf(entry).filter(lane -> entry.sequence() != lane.first()).isEmpty();
  }

  /// Whether it builds on what is not here because of some fork. (A gap for no such reason is the
  /// sender's fault, and the draft says so.)
  private boolean hasToWait(Entry entry) {
    Optional<Head> lacking = draft.lacking(entry);
    return lacking
        .filter(
            head ->
                hasGaps
                    || leftHashes.contains(head.hash())
                    || quarantined.contains(head.writer().device())
                    || draft.hasOther(head.writer(), head.sequence()))
        .isPresent();
  }

  /// Finds what is vouched for, from the last entry back to what it builds upon.
  private void weigh(List<Entry> sent) {
    if (quarantined.isEmpty()) return;
    vouched.clear();
    Set<PublicKey> admitted = admitted(sent);
    for (Entry entry : sent.reversed()) {
      PublicKey device = entry.writer().device();
      boolean good =
          !quarantined.contains(device)
              && (draft.membership().hasKnown(device) || admitted.contains(device));
      if (good || healsItself(entry) || vouched.contains(entry.hash())) vouch(entry);
    }
  }

  private void vouch(Entry entry) {
    vouched.add(entry.hash());
    entry.previous().ifPresent(vouched::add);
    entry.body().seen().forEach(head -> vouched.add(head.hash()));
  }

  /// Whom devices in good standing admit in these very entries. (Whom a device in quarantine admits
  /// cannot vouch for it.)
  private Set<PublicKey> admitted(List<Entry> sent) {
    Set<PublicKey> admitted = new HashSet<>();
    for (Entry entry : sent) {
      PublicKey author = entry.writer().device();
      if (entry.payload() instanceof Payload.Grant grant
          && !quarantined.contains(author)
          && (draft.membership().hasKnown(author) || admitted.contains(author))) {
        admitted.add(grant.device());
      }
    }
    return admitted;
  }

  /// The only admin of a folder has nobody else to do it; whether it is that, is checked like any
  /// right.
  private static boolean healsItself(Entry entry) {
    return entry.payload() instanceof Payload.Heal(PublicKey device)
        && device.equals(entry.writer().device());
  }
}
