package lockstep.app;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Commands about who belongs to a folder.
final class MemberCommands {
  private MemberCommands() {}

  /// `members` with what can be done to them.
  static CommandLine all(Root root) {
    return new CommandLine(new Listing(root))
        .addSubcommand(new Remove(root))
        .addSubcommand(new ChangeRole(root))
        .addSubcommand(new Heal(root));
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

    @Option(names = "--qr", paramLabel = "FILE.png", description = "Write the QR as a picture.")
    private Optional<Path> picture = Optional.empty();

    Invite(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      if (uses < 1) throw Failure.usage("--uses must be at least 1", "lockstep invite --help");
      var request = Views.object("role", role, "expires", expires, "uses", uses);
      JsonObject invitation =
          client().post(ApiClient.path("folders", folder, "invitations"), request).object();
      Invitation.show(terminal(), invitation.string("code"), picture);
      return DONE;
    }
  }

  @Command(name = "join", description = "Joins the folder of an invitation.")
  static final class Join extends Task {
    @Parameters(index = "0", paramLabel = "CODE", description = "The invitation.")
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
      var request =
          Views.object("code", code, "path", path.toAbsolutePath().normalize().toString());
      JsonObject folder = client().post(ApiClient.path("join"), request).object();
      answer(
          "joined '"
              + Terminal.safe(folder.string("name"))
              + "' in '"
              + Terminal.safe(folder.string("path"))
              + "'");
      return DONE;
    }
  }

  @Command(name = "members", description = "Who belongs to a folder, with which role.")
  static final class Listing extends Query {
    // not required as far as picocli knows: `members remove` has a FOLDER of its own
    @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "The folder's name.")
    private Optional<String> folder = Optional.empty();

    Listing(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      String name =
          folder.orElseThrow(() -> Failure.usage("which folder?", "lockstep members FOLDER"));
      return client().get(ApiClient.path("folders", name, "members"));
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      found.objects().forEach(member -> answer(Report.member(member)));
    }
  }

  /// A command on one member of a folder.
  private abstract static class OfMember extends Task {
    @Parameters(index = "0", paramLabel = "FOLDER", description = "The folder's name.")
    private String folder = "";

    @Parameters(index = "1", paramLabel = "PEER", description = "The member's peer id.")
    private String peer = "";

    OfMember(Root root) {
      super(root);
    }

    final String path() {
      return ApiClient.path("folders", folder, "members", peer);
    }

    final String peer() {
      return Terminal.safe(peer);
    }
  }

  @Command(name = "remove", description = "Revokes a member.")
  static final class Remove extends OfMember {
    Remove(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().delete(path());
      answer("removed " + peer());
      return DONE;
    }
  }

  @Command(name = "heal", description = "Lets a member go on that told two histories.")
  static final class Heal extends OfMember {
    Heal(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().post(path() + "/heal", Views.object());
      answer("both histories of " + peer() + " stay; it goes on");
      return DONE;
    }
  }

  @Command(name = "role", description = "Changes a member's role.")
  static final class ChangeRole extends OfMember {
    @Parameters(index = "2", paramLabel = "ROLE", description = "admin, read-write or read-only.")
    private String role = "";

    ChangeRole(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().put(path(), Views.object("role", role));
      answer(peer() + " is now " + Terminal.safe(role));
      return DONE;
    }
  }
}
