package lockstep.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Commands that look into what is going on and change nothing.
final class InspectCommands {
  private InspectCommands() {}

  @Command(name = "why", description = "Says what state a path is in, and why.")
  static final class Why extends Task {
    @Parameters(paramLabel = "PATH", description = "A path in a shared folder.")
    private Path path = Path.of("");

    Why(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure {
      String absolute = path.toAbsolutePath().normalize().toString();
      List<String> lines =
          client().get(ApiClient.path("why") + ApiClient.query("path", absolute)).strings();
      for (int i = 0; i < lines.size(); i++) {
        answer((i == 0 ? "" : "  ") + Terminal.safe(lines.get(i)));
      }
      return DONE;
    }
  }

  @Command(name = "events", description = "What happened lately; a line each.")
  static final class Events extends Task {
    @Option(names = "--follow", description = "Go on with what happens from now on.")
    private boolean follow;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    Events(Root root) {
      super(root);
    }

    @Override
    public Integer call() throws Failure, IOException {
      String path = ApiClient.path("events");
      if (!follow) {
        for (JsonObject event : client().get(path).objects()) {
          answer(json ? Json.write(event.members()) : Report.event(event));
        }
        return DONE;
      }
      WebSocket events = client().follow(path);
      for (var next = events.receive(); next.isPresent(); next = events.receive()) {
        String event = next.get();
        answer(json ? event : Report.event(parsed(event)));
      }
      return DONE;
    }

    private static JsonObject parsed(String event) throws IOException {
      return Json.parseObject(event.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Command(name = "verify", description = "Checks every file, hash, signature and chain.")
  static final class Verify extends Verification {
    @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Only this folder.")
    private Optional<String> folder = Optional.empty();

    Verify(Root root) {
      super(root);
    }

    @Override
    ApiClient.Answer ask() throws Failure {
      var request = Views.object("folder", folder.orElse(""));
      return client().post(ApiClient.path("verify"), request);
    }
  }
}
