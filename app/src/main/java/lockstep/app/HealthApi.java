package lockstep.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.sync.UserException;

/// The part of the control API that says how well the surroundings are, mends of them what it can,
/// and writes reports.
record HealthApi(Home home, Surroundings surroundings, RunningDevice device) {
  HttpResponse examine() throws UserException, IOException {
    return HttpResponse.ok(views());
  }

  private List<Map<String, Object>> views() throws UserException, IOException {
    return Doctor.views(new Doctor(home, surroundings).examine(device));
  }

  HttpResponse mend(JsonObject body) throws UserException, IOException {
    new Remedies(home, surroundings, Optional.of(device.engine())).apply(body.string("remedy"));
    return examine();
  }

  HttpResponse report(JsonObject body) throws UserException, IOException {
    JsonObject status = Json.parseObject(bytes(device.status(Optional.empty())));
    String text =
        BugReport.of(
            device.wallTime(),
            body.flag("names"),
            Json.parseObjects(bytes(views())),
            Optional.of(status),
            Logs.recent(home));
    return HttpResponse.ok(Views.object("text", text));
  }

  private static byte[] bytes(Object json) {
    return Json.write(json).getBytes(StandardCharsets.UTF_8);
  }
}
