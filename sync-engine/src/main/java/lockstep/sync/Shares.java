package lockstep.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import lockstep.base.Blake3;

/// The folders that a device shares: those that run, and those that are *absent*, for their
/// directory is missing. Both stand in the [Registry]. Thread-safe.
final class Shares {
  private final Registry registry;
  private final Map<Blake3, Folder> running = new LinkedHashMap<>();
  private final Map<Blake3, Registry.Share> absent = new LinkedHashMap<>();
  private final Set<Blake3> paused = new HashSet<>();

  Shares(Registry registry) {
    this.registry = registry;
  }

  // ---- What there is ---------------------------------------------------------------------------

  /// The folders that run.
  synchronized List<Folder> running() {
    return List.copyOf(running.values());
  }

  synchronized Optional<Folder> running(Blake3 id) {
    return Optional.ofNullable(running.get(id));
  }

  synchronized List<Registry.Share> absent() {
    return List.copyOf(absent.values());
  }

  /// All folders, whether they run or not.
  synchronized List<Registry.Share> all() {
    var all = new ArrayList<Registry.Share>();
    running.forEach(
        (id, folder) ->
            all.add(new Registry.Share(id, folder.name(), folder.root(), paused.contains(id))));
    all.addAll(absent.values());
    return all;
  }

  Optional<Registry.Share> find(String name) {
    return all().stream().filter(share -> share.name().equals(name)).findFirst();
  }

  String freeName(String name) {
    String free = name;
    for (int number = 2; find(free).isPresent(); number++) {
      free = name + "-" + number;
    }
    return free;
  }

  List<FolderStatus> status() {
    var status = new ArrayList<FolderStatus>();
    running().forEach(folder -> status.add(folder.status()));
    absent().forEach(share -> status.add(Absentees.status(share)));
    return status;
  }

  // ---- What somebody asks for ------------------------------------------------------------------

  /// The folder of that name.
  Folder named(String name) throws UserException {
    Registry.Share share =
        find(name)
            .orElseThrow(
                () ->
                    new UserException(
                        "there is no shared folder '" + name + "'",
                        all().isEmpty()
                            ? "this device shares no folder yet"
                            : "this device shares " + names(),
                        "lockstep folder list"));
    return running(share.id()).orElseThrow(() -> Absentees.refusal(share));
  }

  private String names() {
    return all().stream().map(Registry.Share::name).collect(Collectors.joining(", "));
  }

  /// The folder of that name; all that run if the name is empty.
  List<Folder> selected(String name) throws UserException {
    return name.isEmpty() ? running() : List.of(named(name));
  }

  /// The folder that a path lies in.
  Folder holding(Path path) throws UserException {
    Path absolute = path.toAbsolutePath().normalize();
    for (Registry.Share share : all()) {
      if (absolute.startsWith(share.root())) {
        return named(share.name());
      }
    }
    throw new UserException(
        "'" + path + "' is not in a shared folder",
        "no shared folder of this device holds it",
        "lockstep folder list");
  }

  // ---- Coming and going ------------------------------------------------------------------------

  /// What the registry says: to be opened, or found absent, one by one.
  List<Registry.Share> read() throws IOException {
    return registry.read();
  }

  synchronized void isAbsent(Registry.Share share) {
    absent.put(share.id(), share);
  }

  synchronized void runs(Folder folder, boolean isPaused) {
    Blake3 id = folder.ledger().folderId();
    running.put(id, folder);
    absent.remove(id);
    if (isPaused) {
      paused.add(id);
    }
  }

  synchronized void pause(Folder folder, boolean pause) throws IOException {
    if (pause) {
      paused.add(folder.ledger().folderId());
    } else {
      paused.remove(folder.ledger().folderId());
    }
    write();
  }

  /// Takes a folder out, before it is closed: nobody asks it for anything any more.
  synchronized void remove(Blake3 id) {
    running.remove(id);
    absent.remove(id);
    paused.remove(id);
  }

  synchronized void write() throws IOException {
    registry.write(all());
  }
}
