package lockstep.app;

import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `status`: what the device, its folders and their members are doing.
@Command(name = "status", description = "Shows the state of this device, its folders and members.")
final class StatusCommand extends Query {
  @Option(
      names = "--wait-synced",
      paramLabel = "SECONDS",
      description = "Wait until all members have all changes; exit 4 if that takes longer.")
  private Optional<Double> waitSeconds = Optional.empty();

  @Option(names = "--folder", paramLabel = "NAME", description = "Only this folder.")
  private Optional<String> folder = Optional.empty();

  StatusCommand(Root root) {
    super(root);
  }

  @Override
  ApiClient.Answer ask() throws Failure {
    ApiClient client = client();
    if (waitSeconds.isPresent()) awaitSynced(client, waitSeconds.get());
    return status(client);
  }

  @Override
  void tell(ApiClient.Answer found) throws Failure {
    Report.status(found.object()).forEach(this::answer);
  }

  private ApiClient.Answer status(ApiClient client) throws Failure {
    String query = folder.map(name -> ApiClient.query("folder", name)).orElse("");
    return client.get(ApiClient.path("status") + query);
  }

  private void awaitSynced(ApiClient client, double seconds) throws Failure {
    var request = Views.object("folder", folder.orElse(""), "seconds", seconds);
    if (client.post(ApiClient.path("wait-synced"), request).object().flag("synced")) return;
    throw new Failure(
        Failure.TIMED_OUT,
        "not in sync after " + waitSeconds.map(s -> s.toString()).orElse("") + " s",
        Optional.of(missing(status(client).object().objects("folders"))),
        Optional.of("lockstep status, and lockstep why PATH for a single file"));
  }

  private static String missing(List<JsonObject> folders) {
    var reasons = new StringJoiner("; ");
    for (JsonObject shared : folders) {
      String name = "folder '" + shared.string("name") + "' ";
      if (!shared.string("state").equals("in-sync")) reasons.add(name + Report.doing(shared));
      List<JsonObject> others =
          shared.objects("members").stream().filter(member -> !member.flag("self")).toList();
      if (!others.isEmpty() && others.stream().noneMatch(member -> member.flag("connected"))) {
        reasons.add(name + "has no other member connected");
      }
      others.stream()
          .filter(member -> member.flag("connected") && !member.flag("inSync"))
          .forEach(member -> reasons.add("'" + member.string("name") + "' has not got it all yet"));
    }
    return reasons.length() == 0 ? "changes were still on their way" : reasons.toString();
  }
}
