package lockstep.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import lockstep.sync.SyncEngine;
import lockstep.sync.UserException;

/// The part of the control API by which nobody overwrites a file that somebody works on.
record LockApi(SyncEngine engine) {
  HttpResponse locks() throws IOException {
    return HttpResponse.ok(engine.locks().stream().map(Views::lock).toList());
  }

  HttpResponse lock(JsonObject body) throws UserException, IOException {
    Path path = PastApi.absolute(body.string("path"));
    return HttpResponse.ok(Views.lock(engine.lock(path, body.string("note"))));
  }

  HttpResponse ask(JsonObject body) throws UserException, IOException {
    Path path = PastApi.absolute(body.string("path"));
    return HttpResponse.ok(Views.lock(engine.askToRelease(path, body.string("note"))));
  }

  HttpResponse unlock(JsonObject body) throws UserException, IOException {
    Optional<String> force =
        body.flag("force") ? Optional.of(body.string("reason")) : Optional.empty();
    engine.unlock(PastApi.absolute(body.string("path")), force);
    return HttpResponse.ok(Views.object("unlocked", true));
  }
}
