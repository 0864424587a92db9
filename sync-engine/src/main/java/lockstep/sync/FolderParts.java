package lockstep.sync;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Chunking;
import lockstep.chunk.Manifest;
import lockstep.conflict.ConflictName;
import lockstep.lease.Signer;
import lockstep.ledger.Ledger;
import lockstep.recovery.Workspace;
import lockstep.sync.transfer.Fetcher;
import lockstep.sync.transfer.Wanted;

/// What a folder's loop acts through. Everything here works elsewhere and answers by events.
///
/// @param device this device's name, for conflict copies
/// @param watch asks for a directory to be watched
/// @param membersChanged is run when somebody has become a member, or is one no more
record FolderParts(
    String name,
    Path root,
    PeerId self,
    String device,
    Ledger ledger,
    Workspace workspace,
    Marker marker,
    Observer observer,
    Applier applier,
    Sealer sealer,
    LockParts locking,
    Fetcher fetcher,
    DiskIndex index,
    ChunkStore chunks,
    Consumer<RelPath> watch,
    Runnable membersChanged,
    EventHub events,
    TimeSource time,
    System.Logger log) {

  /// What locks are made with.
  ///
  /// @param policy what is locked without anybody asking
  record LockParts(Signer signer, LockLog log, LockPolicy policy) {}

  /// Which files are read-only because somebody works on them elsewhere.
  Seals seals() {
    return sealer.seals();
  }

  /// Lets the chunks of a local content be found.
  ///
  /// @return whether its manifest is known; if not, the file must be read again
  boolean indexChunks(Content content) {
    if (Chunking.isSingle(content.size())) {
      return true;
    }
    try {
      Optional<Manifest> manifest = chunks.manifest(content);
      manifest.ifPresent(chunks::index);
      return manifest.isPresent();
    } catch (PeerViolationException e) {
      return false;
    }
  }

  void tell(String type, RelPath path, Map<String, String> details) {
    Optional<String> shown = path.isRoot() ? Optional.empty() : Optional.of(path.toString());
    events.tell(type, Optional.of(name), shown, Optional.empty(), details);
  }

  /// The name under which a local version makes way, dated by its save.
  RelPath conflictName(RelPath path, Optional<Observed> local, int number) {
    return ConflictName.of(path, device, savedOn(local), number);
  }

  /// The name under which the bytes of a save stay that was cut off.
  RelPath recoveredName(RelPath path, Optional<Observed> local, int number) {
    return ConflictName.recovered(path, device, savedOn(local), number);
  }

  private LocalDate savedOn(Optional<Observed> local) {
    return local
        .map(observed -> Instant.ofEpochSecond(0, observed.stat().modifiedNanos()))
        .orElseGet(time::wallTime)
        .atOffset(ZoneOffset.UTC)
        .toLocalDate();
  }

  /// The wish for a file.
  Wanted wanted(RelPath path, Node.File file, Node here) {
    Optional<Content> previous =
        here instanceof Node.File old ? Optional.of(old.content()) : Optional.empty();
    return new Wanted(Wanted.id(path, file.content()), path, file, previous);
  }
}
