package lockstep.app;

import java.io.IOException;
import java.util.List;
import lockstep.sync.SyncEngine;
import lockstep.sync.UserException;

/// The part of the control API by which a device syncs a part of a folder only, or only reads it.
record SelectionApi(SyncEngine engine) {
  HttpResponse list(String folder) throws UserException, IOException {
    return answer(engine.excluded(folder));
  }

  HttpResponse exclude(String folder, JsonObject body) throws UserException, IOException {
    return answer(engine.exclude(folder, paths(body)));
  }

  HttpResponse include(String folder, JsonObject body) throws UserException, IOException {
    return answer(engine.include(folder, paths(body)));
  }

  HttpResponse unshared(String folder) throws UserException, IOException {
    return HttpResponse.ok(Views.object("unshared", engine.unshared(folder)));
  }

  HttpResponse revert(String folder) throws UserException, IOException {
    return HttpResponse.ok(Views.object("reverted", engine.revert(folder)));
  }

  private static List<String> paths(JsonObject body) {
    List<String> paths = body.strings("paths");
    if (paths.isEmpty()) throw new IllegalArgumentException("the member 'paths' is missing");
    return paths;
  }

  private static HttpResponse answer(List<String> excluded) {
    return HttpResponse.ok(Views.object("excluded", excluded));
  }
}
