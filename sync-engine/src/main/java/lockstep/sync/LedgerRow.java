package lockstep.sync;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.Role;

/// One entry of the ledger, as `ledger show` prints it.
///
/// @param kind `genesis`, `grant`, `revoke`, `invite` or `changes`
/// @param lines what it states, a line each (`put notes.txt 46 bytes`)
/// @param changes what that did to files, where it is about files
/// @param belonging what that did to who belongs to the folder, where it is about that
public record LedgerRow(
    Blake3 hash,
    PeerId author,
    String authorName,
    int incarnation,
    long sequence,
    long clock,
    Instant at,
    String kind,
    List<String> lines,
    List<PathChange> changes,
    Optional<Belonging> belonging) {
  public LedgerRow {
    lines = List.copyOf(lines);
    changes = List.copyOf(changes);
  }

  /// What became of one path, as people see it.
  ///
  /// @param kind `add`, `change`, `delete`, or `move` for what another path lost at the same moment
  /// @param what `file`, `directory` or `link`
  /// @param from that other path
  /// @param size bytes of a file that stands there now, else 0
  public record PathChange(
      String kind, String what, String path, Optional<String> from, long size) {}

  /// What became of who belongs to the folder, as people see it.
  ///
  /// @param kind `create`, `join`, `role`, `leave`, `remove`, `invite`, `withdraw`, `quarantine`,
  ///   `heal`
  /// @param device that it is about; empty for an invitation
  /// @param name of that device, or empty
  /// @param role that it has from then on, or gives
  /// @param offer of an invitation
  public record Belonging(
      String kind,
      Optional<PeerId> device,
      String name,
      Optional<Role> role,
      Optional<Offer> offer) {}

  /// What an invitation offers besides a role.
  ///
  /// @param uses how many devices may join with it
  public record Offer(int uses, Instant expiry, boolean needsApproval) {}
}
