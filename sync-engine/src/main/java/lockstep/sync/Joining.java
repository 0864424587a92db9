package lockstep.sync;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.ledger.Admission;
import lockstep.ledger.Ledger;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerStream;
import lockstep.recovery.Directories;
import lockstep.recovery.Disks;

/// The joiner's side of an invitation: proves it, and takes the folder's ledger over.
record Joining(EngineOptions options, Path ledgerHome) {
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
      JoinProtocol.send(stream, new JoinProtocol.Request(folder, admission, options.device()));
      return takeOver(folder, JoinProtocol.buffered(stream), what);
    }
  }

  private Ledger takeOver(Blake3 folder, InputStream in, String what)
      throws UserException, IOException {
    var first = entries(JoinProtocol.readReply(in), what);
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
      throws UserException {
    return switch (reply) {
      case JoinProtocol.Reply.Entries entries -> entries;
      case JoinProtocol.Reply.Refused(String reason) ->
          throw new UserException(
              what, reason, "ask for a new one: lockstep invite FOLDER, on a member's device");
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
