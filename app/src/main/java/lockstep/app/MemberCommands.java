package lockstep.app;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Commands about who belongs to a folder.
final class MemberCommands {
  private MemberCommands() {}

  /// `members` with what can be done to them.
  static CommandLine all(Root root) {
    return new CommandLine(new Listing(root))
        .addSubcommand(new Approve(root))
        .addSubcommand(new Refuse(root))
        .addSubcommand(new Remove(root))
        .addSubcommand(new ChangeRole(root))
        .addSubcommand(new Heal(root));
  }

  @Command(
      name = "members",
      description = "Who belongs to a folder with which role, and who waits to.")
  static final class Listing extends FolderListing {
    Listing(Root root) {
      super(root, "members");
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      List<JsonObject> all = found.objects();
      all.forEach(member -> answer(Report.member(member)));
      if (all.stream().anyMatch(member -> member.flag("waiting"))) {
        terminal().note("compare the words with those on the other screen, by voice; then:");
        terminal().note("  lockstep members approve FOLDER PEER (or refuse)");
      }
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

  @Command(name = "approve", description = "Lets a device in that waits.")
  static final class Approve extends OfMember {
    Approve(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().post(path() + "/approve", Views.object());
      answer(peer() + " is a member now");
      return DONE;
    }
  }

  @Command(name = "refuse", description = "Sends a device away that waits.")
  static final class Refuse extends OfMember {
    Refuse(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      client().post(path() + "/refuse", Views.object());
      answer("refused " + peer());
      return DONE;
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
