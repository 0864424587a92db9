package lockstep.sync;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.ledger.Admission;
import lockstep.ledger.Ledger;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerStream;
import lockstep.recovery.Directories;
import lockstep.recovery.Disks;

/// The joiner's side of an invitation: proves it, and takes the folder's ledger over.
///
/// @param path where the folder is to go
/// @param pending where it says so if it has to wait for a person
record Joining(
    EngineOptions options, Path ledgerHome, Path path, EventHub events, PendingJoins pending) {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  /// Returns the ledger in which this device is a member.
  ///
  /// @param nearby where the inviter is too, as the local network says
  Ledger join(InvitationCode invitation, List<Multiaddr> nearby) throws UserException, IOException {
    String what = "cannot join with this invitation";
    if (invitation.inviter().equals(options.network().self())) {
      throw new UserException(
          what, "this very device made it", "give the code to the other device");
    }
    var addresses = new LinkedHashSet<>(invitation.addresses());
    addresses.addAll(nearby);
    try {
      options.network().connect(invitation.inviter(), addresses, TIMEOUT);
    } catch (IOException e) {
      throw new UserException(
          what,
          "the device that made it cannot be reached at " + addresses + ": " + e.getMessage(),
          "start Lockstep there and see that both devices are on one network");
    }
    try (PeerStream stream = options.network().open(invitation.inviter(), JoinProtocol.PROTOCOL)) {
      Blake3 folder = invitation.folder();
      var admission =
          Admission.prove(invitation.secret().key(), folder, options.identity().publicKey());
      Blake3 nonce = Blake3.fromBytes(options.entropy().bytes(Blake3.LENGTH), 0);
      JoinProtocol.send(
          stream,
          new JoinProtocol.Request(
              folder, admission, options.device(), Optional.of(Comparison.commitment(nonce))));
      InputStream in = JoinProtocol.buffered(stream);
      JoinProtocol.Reply reply = JoinProtocol.readReply(in);
      return takeOver(
          folder,
          reply instanceof JoinProtocol.Reply.Waits(Blake3 theirs)
              ? decision(stream, in, waiting(stream.peer(), folder, nonce, theirs), nonce)
              : entries(reply, what),
          in,
          what);
    }
  }

  private PendingJoin waiting(PeerId admitter, Blake3 folder, Blake3 ours, Blake3 theirs) {
    String words = Comparison.words(folder, options.network().self(), admitter, ours, theirs);
    return new PendingJoin(path, admitter, words, options.time().wallTime());
  }

  /// Shows the words to compare, and waits for what a person says to them.
  private JoinProtocol.Reply.Entries decision(
      PeerStream stream, InputStream in, PendingJoin join, Blake3 nonce)
      throws UserException, IOException {
    String what = "this device was not let into the folder";
    String advice = "speak to the person who invited you, and join again";
    JoinProtocol.reveal(stream, nonce);
    try {
      return pending.during(
          join,
          stream,
          () -> {
            events.tell(
                "join-waits",
                Optional.empty(),
                Optional.of(path.toString()),
                Optional.of(join.admitter()),
                Map.of("words", join.words()));
            return switch (JoinProtocol.readReply(in)) {
              case JoinProtocol.Reply.Entries entries -> entries;
              case JoinProtocol.Reply.Refused(String reason) ->
                  throw new UserException(what, reason, advice);
              case JoinProtocol.Reply.Waits _ ->
                  throw new PeerViolationException("it was told to wait twice");
            };
          });
    } catch (PeerViolationException e) {
      throw e;
    } catch (IOException e) {
      throw new UserException(
          what,
          "it was waiting for approval when that was cancelled or the connection ended: "
              + e.getMessage(),
          advice);
    }
  }

  private Ledger takeOver(
      Blake3 folder, JoinProtocol.Reply.Entries first, InputStream in, String what)
      throws UserException, IOException {
    Ledger ledger = opened(folder, first.entries());
    boolean joined = false;
    try {
      for (var reply = first; !reply.last(); ) {
        reply = entries(JoinProtocol.readReply(in), what);
        ledger.accept(reply.entries());
      }
      if (ledger.members().role(options.identity().publicKey()).isEmpty()) {
        throw new PeerViolationException("the inviting device sent a ledger without our grant");
      }
      joined = true;
      return ledger;
    } finally {
      if (!joined) {
        ledger.close();
      }
    }
  }

  /// A device that left and comes back goes on with the ledger it has.
  private Ledger opened(Blake3 folder, List<byte[]> entries) throws IOException {
    Path home = Directories.create(ledgerHome);
    return Ledger.join(Disks.open(home), options.identity(), folder, entries, options.time());
  }

  private static JoinProtocol.Reply.Entries entries(JoinProtocol.Reply reply, String what)
      throws UserException, PeerViolationException {
    return switch (reply) {
      case JoinProtocol.Reply.Entries entries -> entries;
      case JoinProtocol.Reply.Refused(String reason) ->
          throw new UserException(
              what, reason, "ask for a new one: lockstep invite FOLDER, on a member's device");
      case JoinProtocol.Reply.Waits _ ->
          throw new PeerViolationException("it was told to wait in the middle of the ledger");
    };
  }

  /// The admitter's part: everything there is, the grant included.
  static void sendLedger(PeerStream stream, Ledger ledger) throws IOException {
    for (var walk = new LedgerWalk(ledger); walk.hasNext(); ) {
      List<byte[]> entries = walk.next();
      JoinProtocol.send(stream, new JoinProtocol.Reply.Entries(entries, !walk.hasNext()));
    }
  }
}
