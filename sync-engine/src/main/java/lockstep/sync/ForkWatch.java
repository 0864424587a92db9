package lockstep.sync;

import static java.lang.System.Logger.Level.ERROR;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import lockstep.base.PeerId;
import lockstep.base.RelPath;
import lockstep.ledger.Fork;

/// Tells the user of devices that told two histories: their key is in use twice, a backup of theirs
/// was brought back without Lockstep's knowing, or they lie. Owned by the folder's loop.
final class ForkWatch {
  private final FolderParts parts;
  private final Set<Fork> told = new HashSet<>();

  /// What was known before this run has been told.
  ForkWatch(FolderParts parts) {
    this.parts = parts;
    told.addAll(open());
  }

  /// Of those who are no members any more nobody has to decide anything.
  private List<Fork> open() {
    var members = parts.ledger().members();
    return parts.ledger().forks().stream()
        .filter(fork -> members.role(fork.writer().device()).isPresent())
        .toList();
  }

  void check() {
    for (Fork fork : open()) {
      if (told.add(fork)) {
        tell(fork);
      }
    }
  }

  private void tell(Fork fork) {
    PeerId peer = peer(fork);
    parts.log().log(ERROR, "folder {0}: {1}", parts.name(), text(fork));
    parts
        .events()
        .tell(
            "security-alert",
            Optional.of(parts.name()),
            Optional.empty(),
            Optional.of(peer),
            Map.of("reason", text(fork)));
  }

  private static PeerId peer(Fork fork) {
    return new PeerId(fork.writer().device());
  }

  private String text(Fork fork) {
    PeerId peer = peer(fork);
    boolean self = peer.equals(parts.self());
    return ("'%s' (%s) has signed two histories that part at entry %d (%s, %s). Both are kept."
            + " Was its home restored from a backup, or its key copied? %s until an admin lets it"
            + " go on; see that its key is in one place only, then try: %s")
        .formatted(
            parts.ledger().nameOf(peer.key()),
            peer,
            fork.sequence(),
            fork.kept().brief(),
            fork.other().brief(),
            self ? "This is this device: the others hold its changes back" : "It is in quarantine",
            Healing.command(parts.name(), peer));
  }

  List<FolderStatus.Problem> problems() {
    var problems = new ArrayList<FolderStatus.Problem>();
    for (Fork fork : open()) {
      problems.add(new FolderStatus.Problem(RelPath.ROOT.toString(), "security: " + text(fork)));
    }
    return problems;
  }
}
