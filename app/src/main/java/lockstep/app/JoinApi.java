package lockstep.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lockstep.base.PeerId;
import lockstep.base.Role;
import lockstep.sync.Applicant;
import lockstep.sync.FolderStatus;
import lockstep.sync.InvitationTerms;
import lockstep.sync.SyncEngine;
import lockstep.sync.UserException;

/// The part of the control API by which devices come into folders.
final class JoinApi {
  private final SyncEngine engine;

  JoinApi(SyncEngine engine) {
    this.engine = engine;
  }

  HttpResponse invite(String folder, JsonObject body) throws UserException, IOException {
    Role role = Role.parse(body.text("role").orElse(Role.READ_WRITE.toString()));
    if (body.flag("spoken")) {
      String code = engine.inviteSpoken(folder, role, body.flag("approve"));
      return HttpResponse.ok(Views.object("code", code));
    }
    Duration validFor = Units.parseDuration(body.text("expires").orElse("24h"));
    int uses = Math.clamp(body.number("uses"), 1, Integer.MAX_VALUE);
    var terms = new InvitationTerms(role, validFor, uses, body.flag("approve"));
    return HttpResponse.ok(Views.object("code", engine.invite(folder, terms)));
  }

  HttpResponse invitations(String folder) throws UserException {
    return HttpResponse.ok(engine.invitations(folder).stream().map(Views::invitation).toList());
  }

  HttpResponse revoke(String folder, String invitation) throws UserException, IOException {
    engine.revokeInvitation(folder, invitation);
    return HttpResponse.ok(Views.object("revoked", true));
  }

  /// Says whether a code can be read, before anybody uses it.
  HttpResponse check(String code) throws UserException {
    engine.checkInvitation(code);
    return HttpResponse.ok(Views.object("sound", true));
  }

  HttpResponse join(String code, Path path) throws UserException, IOException {
    return HttpResponse.ok(Views.folder(engine.join(code, path)));
  }

  /// Who on this network has a short code that can be used now.
  HttpResponse nearby() throws InterruptedException {
    return HttpResponse.ok(engine.nearbyInvitations().stream().map(Views::nearby).toList());
  }

  /// The joins of this device that wait for a person elsewhere.
  HttpResponse pending() {
    return HttpResponse.ok(engine.pendingJoins().stream().map(Views::pendingJoin).toList());
  }

  HttpResponse cancel(Path path) {
    return HttpResponse.ok(Views.object("cancelled", engine.cancelJoin(path)));
  }

  /// The members, then whoever waits to become one.
  HttpResponse members(FolderStatus folder) {
    var all = new ArrayList<Object>(folder.members().stream().map(Views::member).toList());
    List<Applicant> waiting = engine.applicants();
    waiting.stream()
        .filter(applicant -> applicant.folder().equals(folder.name()))
        .map(Views::applicant)
        .forEach(all::add);
    return HttpResponse.ok(all);
  }

  HttpResponse approve(String folder, String peer) throws UserException, IOException {
    engine.approve(folder, PeerId.parse(peer));
    return HttpResponse.ok(Views.object("approved", true));
  }

  HttpResponse refuse(String folder, String peer) throws UserException, IOException {
    engine.refuse(folder, PeerId.parse(peer));
    return HttpResponse.ok(Views.object("refused", true));
  }
}
