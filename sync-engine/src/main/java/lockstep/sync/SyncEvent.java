package lockstep.sync;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import lockstep.base.PeerId;

/// Something that happened, for the event stream (`lockstep events`).
///
/// @param type one of the contract's words: `file-received`, `file-published`, `file-deleted`,
///   `conflict-created`, `peer-connected`, `peer-disconnected`, `folder-in-sync`,
///   `recovery-action`, `security-alert`, `problem` ...
/// @param details further fields, in plain words
public record SyncEvent(
    Instant at,
    String type,
    Optional<String> folder,
    Optional<String> path,
    Optional<PeerId> peer,
    Map<String, String> details) {
  public SyncEvent {
    details = Map.copyOf(details);
  }
}
