package lockstep.app;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import lockstep.base.PeerId;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerInfo;
import lockstep.sync.Applicant;
import lockstep.sync.FileLock;
import lockstep.sync.FolderStatus;
import lockstep.sync.InvitationStatus;
import lockstep.sync.LedgerRow;
import lockstep.sync.Mending;
import lockstep.sync.MovePreview;
import lockstep.sync.MoveProgress;
import lockstep.sync.NearbyInvitation;
import lockstep.sync.OpenConflict;
import lockstep.sync.PastVersion;
import lockstep.sync.PendingJoin;
import lockstep.sync.Restoration;
import lockstep.sync.SyncEngine;
import lockstep.sync.SyncEvent;
import lockstep.sync.Verification;

/// The JSON shapes of the contract (docs/api.md), field by field.
final class Views {
  private Views() {}

  static Map<String, Object> folder(FolderStatus folder) {
    return folder(folder, _ -> Optional.empty());
  }

  /// @param absence why a member is not connected, if that is known
  static Map<String, Object> folder(
      FolderStatus folder, Function<PeerId, Optional<String>> absence) {
    return object(
        "name", folder.name(),
        "id", folder.id(),
        "path", folder.path().toString(),
        "state", folder.state(),
        "error", folder.error(),
        "files", folder.files(),
        "directories", folder.directories(),
        "bytes", folder.bytes(),
        "pendingFiles", folder.pendingFiles(),
        "pendingBytes", folder.pendingBytes(),
        "leftOutFiles", folder.leftOutFiles(),
        "leftOutBytes", folder.leftOutBytes(),
        "unpublishedFiles", folder.unpublishedFiles(),
        "conflicts", folder.conflicts(),
        "locks", folder.locks(),
        "bytesPerSecond", folder.bytesPerSecond(),
        "problems",
            folder.problems().stream()
                .map(problem -> object("path", problem.path(), "reason", problem.reason()))
                .toList(),
        "members", folder.members().stream().map(each -> member(each, absence)).toList(),
        "move", folder.move().map(Views::move));
  }

  private static Map<String, Object> move(MoveProgress move) {
    return object(
        "to", move.to().toString(),
        "phase", move.phase(),
        "bytes", move.bytes(),
        "bytesTotal", move.bytesTotal());
  }

  static Map<String, Object> movePreview(MovePreview move) {
    return object(
        "from", move.from().toString(),
        "to", move.to().toString(),
        "way", move.way(),
        "files", move.files(),
        "bytes", move.bytes(),
        "roomNeeded", move.roomNeeded(),
        "freeBytes", move.freeBytes());
  }

  private static Map<String, Object> member(
      FolderStatus.Member member, Function<PeerId, Optional<String>> absence) {
    Map<String, Object> view = member(member);
    if (!member.connected())
      absence.apply(member.peer()).ifPresent(why -> view.put("absence", why));
    return view;
  }

  static Map<String, Object> member(FolderStatus.Member member) {
    return object(
        "peerId", member.peer(),
        "name", member.name(),
        "role", member.role(),
        "self", member.self(),
        "connected", member.connected(),
        "inSync", member.inSync(),
        "missingFiles", member.missingFiles(),
        "missingBytes", member.missingBytes(),
        "leftOutFiles", member.leftOutFiles(),
        "forked", member.forked());
  }

  static Map<String, Object> invitation(InvitationStatus made) {
    return object(
        "id", made.id(),
        "role", made.role(),
        "expires", made.expires(),
        "uses", made.uses(),
        "used", made.used(),
        "state", made.state(),
        "inviter", made.inviter(),
        "inviterName", made.inviterName(),
        "approve", made.needsApproval());
  }

  /// Like a member, which it is not yet.
  static Map<String, Object> applicant(Applicant applicant) {
    return object(
        "peerId", applicant.peer(),
        "name", applicant.name(),
        "role", applicant.role(),
        "self", false,
        "connected", true,
        "waiting", true,
        "words", applicant.words(),
        "since", applicant.since(),
        "folder", applicant.folder());
  }

  static Map<String, Object> nearby(NearbyInvitation open) {
    return object("peerId", open.peer(), "name", open.device(), "number", open.number());
  }

  static Map<String, Object> pendingJoin(PendingJoin join) {
    return object(
        "path", join.path().toString(),
        "peerId", join.admitter(),
        "words", join.words(),
        "since", join.since());
  }

  /// Every peer that is connected or a member of a folder, each once, the connected first.
  static List<Object> peers(List<PeerInfo> connected, SyncEngine engine) {
    Map<PeerId, String> names = names(engine.folders());
    Set<PeerId> absent = new LinkedHashSet<>(names.keySet());
    absent.remove(engine.self());
    var peers = new ArrayList<Object>();
    for (PeerInfo peer : connected) {
      absent.remove(peer.peer());
      peers.add(connectedPeer(peer, names.getOrDefault(peer.peer(), "")));
    }
    for (PeerId peer : absent) {
      peers.add(
          object(
              "peerId",
              peer,
              "name",
              names.getOrDefault(peer, ""),
              "connected",
              false,
              "addresses",
              List.of(),
              "absence",
              engine.absence(peer)));
    }
    return peers;
  }

  private static Map<PeerId, String> names(List<FolderStatus> folders) {
    var names = new HashMap<PeerId, String>();
    folders.forEach(
        folder -> folder.members().forEach(member -> names.put(member.peer(), member.name())));
    return names;
  }

  private static Map<String, Object> connectedPeer(PeerInfo peer, String name) {
    return object(
        "peerId", peer.peer(),
        "name", name,
        "connected", true,
        "addresses", texts(peer.addresses()),
        "direction", peer.outbound() ? "outbound" : "inbound",
        "connection", peer.road().name().toLowerCase(Locale.ROOT),
        "relay", peer.address().relay(),
        "rttMillisP50", boxed(peer.rttMillisP50()),
        "rttMillisP95", boxed(peer.rttMillisP95()),
        "bytesSent", peer.bytesSent(),
        "bytesReceived", peer.bytesReceived(),
        "bytesPerSecond", peer.bytesPerSecond(),
        "agent", peer.agent());
  }

  /// Multiaddrs in their standard text form.
  static List<String> texts(List<Multiaddr> addresses) {
    return addresses.stream().map(Multiaddr::toString).toList();
  }

  private static Optional<Double> boxed(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }

  static Map<String, Object> event(SyncEvent event) {
    Map<String, Object> view = object("at", event.at(), "type", event.type());
    event.folder().ifPresent(folder -> view.put("folder", folder));
    event.path().ifPresent(path -> view.put("path", path));
    event.peer().ifPresent(peer -> view.put("peer", peer));
    event.details().forEach(view::putIfAbsent);
    return view;
  }

  static Map<String, Object> verification(Verification found) {
    return object(
        "ok", found.ok(),
        "filesChecked", found.filesChecked(),
        "bytesChecked", found.bytesChecked(),
        "entriesChecked", found.entriesChecked(),
        "problems", problems(found.problems()));
  }

  private static List<Map<String, Object>> problems(List<Verification.Problem> problems) {
    return problems.stream()
        .map(p -> object("kind", p.kind(), "path", p.path(), "detail", p.detail()))
        .toList();
  }

  static Map<String, Object> mending(Mending done) {
    return object(
        "ok", done.ok(), "mended", problems(done.mended()), "problems", problems(done.problems()));
  }

  static Map<String, Object> conflict(OpenConflict conflict) {
    return object(
        "id", conflict.id(),
        "folder", conflict.folder(),
        "path", conflict.path(),
        "copyPath", conflict.copyPath(),
        "official", side(conflict.official()),
        "other", side(conflict.other()),
        "state", conflict.state());
  }

  private static Map<String, Object> side(OpenConflict.Side side) {
    return object(
        "author", side.author(),
        "authorName", side.authorName(),
        "at", side.at(),
        "size", side.size(),
        "hash", side.hash());
  }

  static Map<String, Object> lock(FileLock lock) {
    return object(
        "folder", lock.folder(),
        "path", lock.path(),
        "owner", lock.owner(),
        "ownerName", lock.ownerName(),
        "since", lock.since(),
        "leaseExpires", lock.leaseExpires(),
        "mine", lock.mine(),
        "note", lock.note(),
        "state", lock.strength(),
        "promised", lock.promised(),
        "voters", lock.voters(),
        "asks",
            lock.asks().stream()
                .map(ask -> object("name", ask.name(), "note", ask.note()))
                .toList());
  }

  static Map<String, Object> pastVersion(PastVersion version) {
    Map<String, Object> view =
        object(
            "version", version.version(),
            "author", version.author(),
            "authorName", version.authorName(),
            "at", version.at(),
            "size", version.size(),
            "hash", version.hash(),
            "kind", version.kind(),
            "available", version.available());
    version.movedFrom().ifPresent(path -> view.put("from", path));
    return view;
  }

  static Map<String, Object> restoration(Restoration done) {
    return object("restored", done.restored(), "missing", done.missing());
  }

  static Map<String, Object> restorePreview(Restoration.Preview will) {
    return object(
        "returning", will.returning(),
        "replaced", will.replaced(),
        "elsewhere", will.elsewhere(),
        "bytes", will.bytes());
  }

  static Map<String, Object> undone(Restoration.Undone done) {
    return object("undone", done.undone(), "left", done.left());
  }

  static Map<String, Object> ledgerRow(LedgerRow row) {
    return object(
        "hash", row.hash(),
        "author", row.author(),
        "authorName", row.authorName(),
        "incarnation", row.incarnation(),
        "sequence", row.sequence(),
        "clock", row.clock(),
        "at", row.at(),
        "kind", row.kind(),
        "lines", row.lines(),
        "changes", row.changes().stream().map(Views::pathChange).toList(),
        "belonging", row.belonging().map(Views::belonging));
  }

  private static Map<String, Object> belonging(LedgerRow.Belonging belonging) {
    var about =
        object(
            "kind", belonging.kind(),
            "peerId", belonging.device(),
            "name", belonging.name(),
            "role", belonging.role());
    belonging
        .offer()
        .ifPresent(
            offer ->
                about.putAll(
                    object(
                        "uses", offer.uses(),
                        "expires", offer.expiry(),
                        "approval", offer.needsApproval())));
    return about;
  }

  private static Map<String, Object> pathChange(LedgerRow.PathChange change) {
    return object(
        "kind", change.kind(),
        "what", change.what(),
        "path", change.path(),
        "from", change.from(),
        "size", change.size());
  }

  /// A JSON object, in this order, of names and values in turn.
  static Map<String, Object> object(Object... namesAndValues) {
    var object = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return object;
  }
}
