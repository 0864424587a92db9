package lockstep.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import lockstep.sync.OpenConflict;
import lockstep.sync.Restoration;
import lockstep.sync.SyncEngine;
import lockstep.sync.UserException;

/// The part of the control API by which nothing is ever lost: conflicts, past versions, repair.
record PastApi(SyncEngine engine) {
  /// The absolute path that a request is about.
  static Path path(HttpRequest request) {
    return absolute(request.parameter("path").orElse(""));
  }

  static Path absolute(String text) {
    Path path = Path.of(text);
    if (!path.isAbsolute()) throw new IllegalArgumentException("the path must be absolute");
    return path.normalize();
  }

  HttpResponse conflicts() throws IOException {
    return HttpResponse.ok(engine.conflicts().stream().map(Views::conflict).toList());
  }

  HttpResponse resolve(String id, JsonObject body) throws UserException, IOException {
    var keep = OpenConflict.Keep.parse(body.string("keep"));
    return HttpResponse.ok(Views.conflict(engine.resolve(id, keep)));
  }

  HttpResponse undo(String id) throws UserException, IOException {
    return HttpResponse.ok(Views.conflict(engine.undo(id)));
  }

  HttpResponse history(HttpRequest request) throws UserException, IOException {
    return HttpResponse.ok(engine.history(path(request)).stream().map(Views::pastVersion).toList());
  }

  HttpResponse restore(JsonObject body) throws UserException, IOException {
    var request =
        new Restoration.Request(
            absolute(body.string("path")),
            body.text("version"),
            instant(body.text("at")),
            body.text("to").map(PastApi::absolute));
    return HttpResponse.ok(
        body.flag("preview")
            ? Views.restorePreview(engine.previewRestore(request))
            : Views.restoration(engine.restore(request)));
  }

  HttpResponse undoRestore(JsonObject body) throws UserException, IOException {
    return HttpResponse.ok(Views.undone(engine.undoRestore(absolute(body.string("path")))));
  }

  private static Optional<Instant> instant(Optional<String> text) {
    try {
      return text.map(Instant::parse);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'" + text.orElse("") + "' is no moment such as 2026-03-01T12:00:00Z", e);
    }
  }

  HttpResponse repair(JsonObject body) throws UserException, IOException {
    return HttpResponse.ok(Views.mending(engine.repair(body.string("folder"))));
  }
}
