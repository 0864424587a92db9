package lockstep.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import lockstep.sync.Moved;
import lockstep.sync.SyncEngine;
import lockstep.sync.UserException;

/// The part of the control API by which folders change their place.
record MoveApi(SyncEngine engine) {
  /// Moves the folder, or says what that would do.
  HttpResponse move(String folder, Path to, JsonObject body)
      throws UserException, IOException, InterruptedException {
    if (body.flag("preview")) {
      return HttpResponse.ok(Views.movePreview(engine.previewMove(folder, to)));
    }
    Moved moved = engine.moveFolder(folder, to);
    Map<String, Object> view = Views.folder(moved.folder());
    view.put("left", moved.left());
    return HttpResponse.ok(view);
  }

  HttpResponse cancel(String folder) throws UserException {
    return HttpResponse.ok(Views.object("cancelled", engine.cancelMove(folder)));
  }
}
