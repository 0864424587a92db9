package lockstep.sync;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;
import lockstep.p2p.PeerStream;

/// The admitter's side of [JoinProtocol], and what people decide there. Thread-safe.
final class JoinServer {
  /// How long a device may wait for a person's yes.
  static final Duration PATIENCE = Duration.ofMinutes(30);

  private final Shares shares;
  private final EventHub events;
  private final TimeSource time;
  private final Entropy entropy;
  private final Applicants applicants;

  JoinServer(
      Shares shares, EventHub events, TimeSource time, Entropy entropy, Applicants applicants) {
    this.shares = shares;
    this.events = events;
    this.time = time;
    this.entropy = entropy;
    this.applicants = applicants;
  }

  /// @return whether the peer was let in
  boolean serve(PeerStream stream) throws IOException, InterruptedException {
    JoinProtocol.Request request = JoinProtocol.readRequest(stream.input());
    Optional<Folder> folder = shares.running(request.folder());
    Optional<String> refusal =
        folder.isEmpty()
            ? Optional.of("this device does not share that folder")
            : admit(stream, new Admitting(folder.get(), stream.peer(), request, time.wallTime()));
    if (refusal.isPresent()) {
      JoinProtocol.send(stream, new JoinProtocol.Reply.Refused(refusal.get()));
      return false;
    }
    Joining.sendLedger(stream, folder.get().ledger());
    return true;
  }

  private Optional<String> admit(PeerStream stream, Admitting admitting)
      throws IOException, InterruptedException {
    Optional<String> refusal = admitting.refusal();
    if (refusal.isPresent() || !admitting.needsApproval()) {
      return refusal.isPresent() ? refusal : admitting.admit();
    }
    Optional<Blake3> commitment = admitting.request().commitment();
    return commitment.isPresent()
        ? ask(stream, admitting, commitment.get())
        : Optional.of("it needs approval, for which the joining device's Lockstep is too old");
  }

  /// Asks a person, and waits for what he says.
  private Optional<String> ask(PeerStream stream, Admitting admitting, Blake3 commitment)
      throws IOException, InterruptedException {
    Blake3 ours = Blake3.fromBytes(entropy.bytes(Blake3.LENGTH), 0);
    JoinProtocol.send(stream, new JoinProtocol.Reply.Waits(ours));
    Blake3 theirs = JoinProtocol.readRevealed(stream.input(), commitment);
    Folder folder = admitting.folder();
    Blake3 id = folder.ledger().folderId();
    PeerId peer = stream.peer();
    var applicant =
        new Applicant(
            folder.name(),
            peer,
            admitting.request().device(),
            admitting.role(),
            Comparison.words(id, peer, folder.self(), theirs, ours),
            admitting.asked());
    var waiting = new Applicants.Waiting(id, applicant, admitting::admit);
    if (!applicants.add(waiting)) {
      return Optional.of("too many devices wait for approval already; try again later");
    }
    tell("join-asked", applicant);
    return switch (applicants.await(waiting, stream.input())) {
      case Applicants.End.Approved _ -> Optional.empty();
      case Applicants.End.Refused(String reason) -> {
        tell("join-refused", applicant);
        yield Optional.of(reason);
      }
      case Applicants.End.Gone _ -> {
        tell("join-withdrawn", applicant);
        yield Optional.of("it waits no longer");
      }
    };
  }

  private void tell(String type, Applicant who) {
    events.tell(
        type,
        Optional.of(who.folder()),
        Optional.empty(),
        Optional.of(who.peer()),
        Map.of("name", who.name(), "words", who.words(), "role", who.role().toString()));
  }

  List<Applicant> applicants() {
    return applicants.all();
  }

  /// Lets a device in that waits.
  void approve(Folder folder, PeerId peer) throws UserException, IOException {
    Applicants.Waiting waiting = waiting(folder, peer);
    Optional<String> refusal = waiting.admission().admit();
    if (refusal.isPresent()) {
      waiting.end(new Applicants.End.Refused(refusal.get()));
      throw new UserException(
          "cannot let " + peer + " into '" + folder.name() + "'",
          refusal.get(),
          "invite it again: lockstep invite " + folder.name() + " --approve");
    }
    waiting.end(new Applicants.End.Approved());
    tell("join-approved", waiting.applicant());
  }

  /// Sends a device away that waits.
  ///
  /// @param device the name of the one at which it is refused
  void refuse(Folder folder, PeerId peer, String device) throws UserException {
    waiting(folder, peer).end(new Applicants.End.Refused("it was refused at '" + device + "'"));
  }

  private Applicants.Waiting waiting(Folder folder, PeerId peer) throws UserException {
    return applicants
        .find(folder.ledger().folderId(), peer)
        .orElseThrow(
            () ->
                new UserException(
                    peer + " does not wait to join '" + folder.name() + "'",
                    "it has not asked, has given up, or was answered already",
                    "lockstep members " + folder.name()));
  }

  /// Sends everybody away who waits for a folder.
  void dismiss(Blake3 folder, String reason) {
    applicants.dismiss(folder, reason);
  }
}
