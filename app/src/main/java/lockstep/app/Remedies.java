package lockstep.app;

import java.io.IOException;
import java.util.Optional;
import lockstep.sync.Resumption;
import lockstep.sync.SyncEngine;
import lockstep.sync.UserException;

/// What can be done by the program itself about what [Doctor] found, without loss to anybody. All
/// else needs its user: room on a disk, a limit of the system, a network.
///
/// @param engine empty where no daemon runs
record Remedies(Home home, Surroundings surroundings, Optional<SyncEngine> engine) {
  /// Leaves the private key to its owner alone. Who has read it keeps it: the advice stays.
  static final String KEY_PERMISSIONS = "key-permissions";

  /// With a folder's name: tries again what stopped it.
  static final String RESUME = "resume:";

  void apply(String id) throws UserException, IOException {
    if (id.equals(KEY_PERMISSIONS)) {
      surroundings.makePrivate(home.keyFile());
    } else if (id.startsWith(RESUME) && engine.isPresent()) {
      engine.get().resumeFolder(id.substring(RESUME.length()), Resumption.PLAIN);
    } else {
      throw new UserException(
          "there is no remedy '" + id + "'",
          "findings name those that there are",
          "lockstep doctor --json");
    }
  }
}
