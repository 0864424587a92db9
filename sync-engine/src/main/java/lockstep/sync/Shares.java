package lockstep.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import lockstep.base.Blake3;

/// The folders that a device shares: those that run, those that are *absent*, for their directory
/// is missing, and those that are *between* two places for the moment. All stand in the [Registry].
/// Thread-safe.
final class Shares {
  private final Registry registry;
  private final Map<Blake3, Folder> running = new LinkedHashMap<>();
  private final Map<Blake3, Registry.Share> absent = new LinkedHashMap<>();
  private final Map<Blake3, Registry.Share> between = new LinkedHashMap<>();
  private final Set<Blake3> paused = new HashSet<>();
  private final Map<Blake3, Registry.Transit> transits = new HashMap<>();

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

  /// How many do not run.
  synchronized int idle() {
    return absent.size() + between.size();
  }

  /// How a directory lies to a place that has to be apart from it: `inside` or `around` that; empty
  /// if it is apart.
  static Optional<String> overlap(Path directory, Path place) {
    return directory.startsWith(place)
        ? Optional.of("inside")
        : place.startsWith(directory) ? Optional.of("around") : Optional.empty();
  }

  /// All folders, whether they run or not.
  synchronized List<Registry.Share> all() {
    var all = new ArrayList<Registry.Share>();
    running.forEach((id, folder) -> all.add(share(id, folder)));
    all.addAll(absent.values());
    all.addAll(between.values());
    return all;
  }

  private Registry.Share share(Blake3 id, Folder folder) {
    return new Registry.Share(
        id,
        folder.name(),
        folder.root(),
        paused.contains(id),
        Optional.ofNullable(transits.get(id)));
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
    List<Folder> here;
    var status = new ArrayList<FolderStatus>();
    synchronized (this) { // at once: one that comes back is in neither list otherwise
      here = running();
      absent.values().forEach(share -> status.add(Absentees.status(share)));
      between.values().forEach(share -> status.add(Moves.status(share)));
    }
    status.addAll(0, here.stream().map(Folder::status).toList());
    return status;
  }

  // ---- What somebody asks for ------------------------------------------------------------------

  /// The folder of that name, if it runs.
  Folder named(String name) throws UserException {
    Registry.Share share = share(name);
    return running(share.id()).orElseThrow(() -> refusal(share));
  }

  private synchronized UserException refusal(Registry.Share share) {
    return between.containsKey(share.id()) ? Moves.refusal(share) : Absentees.refusal(share);
  }

  /// The folder of that name, whether it runs or not.
  Registry.Share share(String name) throws UserException {
    return find(name)
        .orElseThrow(
            () ->
                new UserException(
                    "there is no shared folder '" + name + "'",
                    all().isEmpty()
                        ? "this device shares no folder yet"
                        : "this device shares " + names(),
                    "lockstep folder list"));
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
    between.remove(share.id());
    absent.put(share.id(), share);
  }

  /// Takes a folder out until it runs in some place again.
  ///
  /// @param share where it is, or will be
  /// @return what ran, to be closed
  synchronized Optional<Folder> isBetween(Registry.Share share) {
    Folder folder = running.get(share.id());
    remove(share.id());
    between.put(share.id(), share);
    return Optional.ofNullable(folder);
  }

  synchronized void runs(Folder folder, Registry.Share share) {
    Blake3 id = share.id();
    remove(id);
    running.put(id, folder);
    if (share.paused()) {
      paused.add(id);
    }
    share.transit().ifPresent(move -> transits.put(id, move));
  }

  /// What is left to do of a folder's move; durable on return.
  synchronized void transit(Blake3 id, Optional<Registry.Transit> move) throws IOException {
    transits.remove(id);
    move.ifPresent(begun -> transits.put(id, begun));
    absent.computeIfPresent(id, (_, share) -> share.with(move));
    between.computeIfPresent(id, (_, share) -> share.with(move));
    write();
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
    between.remove(id);
    paused.remove(id);
    transits.remove(id);
  }

  synchronized void write() throws IOException {
    registry.write(all());
  }
}
