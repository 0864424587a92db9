package lockstep.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lockstep.base.Blake3;
import lockstep.testkit.Gen;

/// What users have saved, and so what must be there: every save has bytes of its own, which begin
/// with its number and can be made again from it.
///
/// A content is *owed* from the end of its save until a user overwrites or deletes it where it
/// stands. Not thread-safe.
final class Saves {
  private static final int NUMBER_BYTES = Long.BYTES;
  private static final Path OWN = Path.of(".lockstep");
  private static final Pattern LOCK_MARKER = Pattern.compile("\\..+\\.lock");
  private static final Path HISTORY = OWN.resolve("history/files");

  /// @param inPlace written over what stood there, so that a part of it may be seen
  private record Save(int length, boolean inPlace) {}

  private final long seed;
  private final List<Save> all = new ArrayList<>();
  private final Map<Long, String> owed = new TreeMap<>();
  private final Set<Blake3> spoiled = new HashSet<>();
  private final Set<Long> buried = new HashSet<>();
  private final Map<List<Object>, Optional<Long>> judged = new HashMap<>();

  Saves(long seed) {
    this.seed = seed;
  }

  /// Bytes that nobody saved before, at least eight.
  byte[] fresh(int length, boolean inPlace) {
    all.add(new Save(length, inPlace));
    return bytes(all.size() - 1);
  }

  private byte[] bytes(long number) {
    byte[] bytes = new Gen(seed ^ number).bytes(all.get((int) number).length());
    ByteBuffer.wrap(bytes).putLong(number);
    return bytes;
  }

  /// A save is over: nothing but a user's own act may do away with these bytes.
  void owe(byte[] bytes, Path where) {
    owed.put(ByteBuffer.wrap(bytes).getLong(), where.toString());
  }

  /// A user is about to do away with what stands there, if anything does.
  void release(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] number = in.readNBytes(NUMBER_BYTES);
      if (number.length == NUMBER_BYTES) owed.remove(ByteBuffer.wrap(number).getLong());
    } catch (NoSuchFileException gone) {
      // somebody else was quicker
    }
  }

  /// The power went while a user wrote to the file: whatever is in it is the user's.
  void spoiled(byte[] bytes) {
    spoiled.add(Blake3.of(bytes));
  }

  /// Whether a user made this, be it that the user was not done with it.
  boolean isLegitimate(byte[] bytes) {
    if (whole(bytes).isPresent() || spoiled.contains(Blake3.of(bytes))) return true;
    if (bytes.length < NUMBER_BYTES) return bytes.length == 0;
    long number = ByteBuffer.wrap(bytes).getLong();
    return number >= 0
        && number < all.size()
        && all.get((int) number).inPlace()
        && bytes.length < all.get((int) number).length()
        && Arrays.equals(bytes, Arrays.copyOf(bytes(number), bytes.length));
  }

  /// The number of the save that these bytes are, from the first to the last.
  private Optional<Long> whole(byte[] bytes) {
    if (bytes.length < NUMBER_BYTES) return Optional.empty();
    long number = ByteBuffer.wrap(bytes).getLong();
    boolean known = number >= 0 && number < all.size();
    return known && Arrays.equals(bytes, bytes(number)) ? Optional.of(number) : Optional.empty();
  }

  /// What a user sees in a folder: the kind of each path, and what a file has in it.
  static Map<String, String> tree(Path folder) throws IOException {
    var tree = new TreeMap<String, String>();
    for (Path path : visible(folder)) {
      if (isUnsynced(path)) continue;
      String what =
          Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
              ? "directory"
              : "file " + Blake3.of(Files.readAllBytes(path)).brief();
      tree.put(folder.relativize(path).toString(), what);
    }
    return tree;
  }

  /// The names in a directory, also those that nobody sees; empty if it is none.
  static List<String> children(Path folder, String directory) throws IOException {
    Path path = folder.resolve(directory);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) return List.of();
    try (Stream<Path> children = Files.list(path)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  /// What an editor was writing when the power went: never synced, under that name.
  private static boolean isUnsynced(Path path) {
    return path.getFileName().toString().startsWith(".#");
  }

  /// All paths below a folder but Lockstep's own, markers of locks among these.
  static List<Path> visible(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(path -> !path.equals(folder) && !path.startsWith(folder.resolve(OWN)))
          .filter(path -> !LOCK_MARKER.matcher(path.getFileName().toString()).matches())
          .toList();
    }
  }

  /// The visible files of a folder that hold what no user ever made.
  List<Path> torn(Path folder) throws IOException {
    var torn = new ArrayList<Path>();
    for (Path path : visible(folder)) {
      if (Files.isRegularFile(path) && !isLegitimate(Files.readAllBytes(path))) torn.add(path);
    }
    return torn;
  }

  /// Where what is owed was saved, if it is neither visible nor in the history of any folder.
  List<String> lost(List<Path> folders) throws IOException {
    var missing = new TreeMap<>(owed);
    for (Path folder : folders) {
      missing.keySet().removeAll(shown(folder));
      try (Stream<Path> kept = Files.list(folder.resolve(HISTORY))) {
        for (Path item : (Iterable<Path>) kept::iterator) {
          judgeKept(item).ifPresent(missing::remove);
        }
      }
    }
    return missing.entrySet().stream()
        .map(e -> "save " + e.getKey() + " at " + e.getValue())
        .toList();
  }

  private Set<Long> shown(Path folder) throws IOException {
    var shown = new HashSet<Long>();
    for (Path path : visible(folder)) {
      if (Files.isRegularFile(path)) whole(Files.readAllBytes(path)).ifPresent(shown::add);
    }
    return shown;
  }

  /// A history grows, and what is in it seldom changes.
  private Optional<Long> judgeKept(Path item) throws IOException {
    List<Object> key = List.of(item, Files.size(item), Files.getAttribute(item, "unix:ctime"));
    Optional<Long> known = judged.get(key);
    if (known == null) {
      known = whole(Files.readAllBytes(item));
      judged.put(key, known);
    }
    return known;
  }

  /// All devices agree on this tree: what is not in it is gone for good.
  ///
  /// @return what was gone when they agreed before, and has come back
  List<Long> agreedOn(Path folder) throws IOException {
    Set<Long> shown = shown(folder);
    List<Long> risen = shown.stream().filter(buried::contains).toList();
    for (long number = 0; number < all.size(); number++) {
      if (!shown.contains(number)) buried.add(number);
    }
    return risen;
  }
}
