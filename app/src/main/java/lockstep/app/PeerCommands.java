package lockstep.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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

  @Command(
      name = "limit",
      description = {
        "Shows or sets how fast files may come and go.",
        "Hours with limits of their own stand in config.toml."
      })
  static final class Limit extends Query {
    @Option(
        names = "--upload",
        paramLabel = "RATE",
        description = "For instance 500 kB/s or 2MB/s; off for no limit.")
    private Optional<String> upload = Optional.empty();

    @Option(names = "--download", paramLabel = "RATE", description = "The same for what comes.")
    private Optional<String> download = Optional.empty();

    @Option(
        names = "--local",
        paramLabel = "yes|no",
        description = "Whether that holds on the local network, too.")
    private Optional<String> local = Optional.empty();

    Limit(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      var wanted = new LinkedHashMap<String, Object>();
      upload.ifPresent(rate -> wanted.put("upload", rate));
      download.ifPresent(rate -> wanted.put("download", rate));
      try {
        for (Object rate : wanted.values()) Units.parseLimit(rate.toString());
      } catch (IllegalArgumentException wrong) {
        throw Failure.usage(Failure.reason(wrong), "lockstep limit --upload '500 kB/s'");
      }
      if (local.filter(word -> !List.of("yes", "no").contains(word)).isPresent()) {
        throw Failure.usage("'" + local.get() + "' is neither yes nor no", "--local yes");
      }
      local.ifPresent(word -> wanted.put("local", word.equals("yes")));
      String path = ApiClient.path("bandwidth");
      return wanted.isEmpty() ? client().get(path) : client().put(path, wanted);
    }

    @Override
    void tell(ApiClient.Answer found) throws Failure {
      Report.bandwidth(found.object()).forEach(this::answer);
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
