package lockstep.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Commands about how a device comes into a folder.
final class InvitationCommands {
  private InvitationCommands() {}

  /// `invitations` with what can be done to them.
  static CommandLine all(Root root) {
    return new CommandLine(new Listing(root)).addSubcommand(new Revoke(root));
  }

  @Command(name = "invite", description = "Invites a device into a folder.")
  static final class Invite extends Task {
    @Parameters(paramLabel = "FOLDER", description = "The folder's name.")
    private String folder = "";

    @Option(names = "--role", description = "admin, read-write (the default) or read-only.")
    private String role = "read-write";

    @Option(names = "--expires", paramLabel = "TIME", description = "For instance 24h, 7d.")
    private String expires = "24h";

    @Option(names = "--uses", paramLabel = "N", description = "How many devices may join.")
    private int uses = 1;

    @Option(
        names = "--spoken",
        description = "A short code to say, for one device on this network, for ten minutes.")
    private boolean spoken;

    @Option(names = "--approve", description = "Ask here before each device is let in.")
    private boolean approve;

    @Option(
        names = "--qr",
        paramLabel = "FILE",
        description = "Write the QR as a picture, or as an .svg.")
    private Optional<Path> picture = Optional.empty();

    Invite(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      if (picture.isPresent()) Invitation.check(picture.get());
      if (uses < 1) throw Failure.usage("--uses must be at least 1", "lockstep invite --help");
      if (spoken && (picture.isPresent() || uses != 1)) {
        throw Failure.usage(
            "a short code is for one device, and is said, not shown", "lockstep invite --help");
      }
      var request =
          Views.object(
              "role", role, "expires", expires, "uses", uses, "approve", approve, "spoken", spoken);
      JsonObject invitation =
          client().post(ApiClient.path("folders", folder, "invitations"), request).object();
      if (spoken) {
        terminal().note("say this code to whoever is to join on this network, within ten minutes;");
        terminal().note("there: lockstep join CODE PATH. It can be tried once.");
        answer(Terminal.safe(invitation.string("code")));
      } else {
        Invitation.show(terminal(), invitation.string("code"), picture);
      }
      return DONE;
    }
  }

  @Command(name = "join", description = "Joins the folder of an invitation.")
  static final class Join extends Task {
    private static final Duration LOOK_EVERY = Duration.ofMillis(300);

    @Parameters(index = "0", paramLabel = "CODE", description = "The invitation, or a short code.")
    private String code = "";

    @Parameters(
        index = "1",
        paramLabel = "PATH",
        description = "Where to; created if missing, what is there already is merged.")
    private Path path = Path.of("");

    Join(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      String place = path.toAbsolutePath().normalize().toString();
      Thread watch = Thread.ofVirtual().name("approval").start(() -> tellOfWaiting(place));
      JsonObject folder;
      String waiting = ApiClient.path("join") + ApiClient.query("path", place);
      try (var _ = new Farewell(() -> client().delete(waiting))) {
        var request = Views.object("code", code, "path", place);
        folder = client().post(ApiClient.path("join"), request).object();
      } finally {
        watch.interrupt();
      }
      answer(
          "joined '"
              + Terminal.safe(folder.string("name"))
              + "' in '"
              + Terminal.safe(folder.string("path"))
              + "'");
      return DONE;
    }

    /// Says so once a person elsewhere is asked, with the words that person sees.
    private void tellOfWaiting(String place) {
      try {
        Optional<JsonObject> join = Optional.empty();
        while (join.isEmpty()) {
          Thread.sleep(LOOK_EVERY);
          join =
              client().get(ApiClient.path("join")).objects().stream()
                  .filter(pending -> pending.string("path").equals(place))
                  .findFirst();
        }
        terminal().note("waiting for approval by whoever invited you; both screens show:");
        terminal().note("  " + Terminal.safe(join.get().string("words")));
        terminal().note("tell each other these words: if they differ, the other has to refuse");
        terminal().note("(half an hour at most; Ctrl-C gives up)");
      } catch (InterruptedException | Failure over) {
        // the join itself says what became of it
      }
    }
  }

  @Command(
      name = "nearby",
      description = "Devices on this network that have a short code to join with right now.")
  static final class Nearby extends Query {
    Nearby(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      return client().get(ApiClient.path("nearby"));
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      List<JsonObject> open = found.objects();
      if (open.isEmpty()) {
        terminal().note("nobody here invites just now; there: lockstep invite FOLDER --spoken");
      }
      for (JsonObject one : open) {
        answer(
            "%d-WORD-WORD  %s  %s"
                .formatted(
                    one.number("number"),
                    Terminal.safe(one.string("name")),
                    Terminal.safe(one.string("peerId"))));
      }
      if (!open.isEmpty()) {
        terminal().note("have the two words told: lockstep join NUMBER-WORD-WORD PATH");
      }
    }
  }

  @Command(name = "invitations", description = "The invitations into a folder, newest first.")
  static final class Listing extends FolderListing {
    Listing(Root root) {
      super(root, "invitations");
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      List<JsonObject> made = found.objects();
      if (made.isEmpty()) terminal().note("nobody has been invited yet: lockstep invite FOLDER");
      made.forEach(invitation -> answer(Report.invitation(invitation)));
    }
  }

  @Command(name = "revoke", description = "Ends an invitation: nobody joins with it any more.")
  static final class Revoke extends Task {
    @Parameters(index = "0", paramLabel = "FOLDER", description = "The folder's name.")
    private String folder = "";

    @Parameters(index = "1", paramLabel = "ID", description = "As listed, or its beginning.")
    private String id = "";

    Revoke(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().delete(ApiClient.path("folders", folder, "invitations", id));
      answer("revoked " + Terminal.safe(id));
      return DONE;
    }
  }
}
