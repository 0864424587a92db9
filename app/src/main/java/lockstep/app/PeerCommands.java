package lockstep.app;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Commands about the network.
final class PeerCommands {
  private PeerCommands() {}

  @Command(name = "peers", description = "Connected and known peers.")
  static final class Listing extends Query {
    Listing(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      return client().get(ApiClient.path("peers"));
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      List<JsonObject> known = found.objects();
      if (known.isEmpty()) terminal().note("no peer is known yet: lockstep invite FOLDER");
      known.forEach(peer -> answer(Report.peer(peer)));
    }
  }

  @Command(name = "connect", description = "Dials a peer.")
  static final class Connect extends Task {
    @Parameters(paramLabel = "MULTIADDR", description = "Its address, with /p2p/<peer id>.")
    private String address = "";

    Connect(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      JsonObject connected =
          client().post(ApiClient.path("peers"), Views.object("address", address)).object();
      answer("connected to " + Terminal.safe(connected.string("peerId")));
      return DONE;
    }
  }
}
