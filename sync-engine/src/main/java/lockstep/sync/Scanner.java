package lockstep.sync;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import lockstep.base.Disk;
import lockstep.base.DiskFile;
import lockstep.base.RelPath;
import lockstep.lease.ApplicationMarkers;
import lockstep.lease.LockMarker;
import lockstep.sync.Observation.Found;
import lockstep.sync.Observation.Gone;
import lockstep.sync.Observation.Listing;
import lockstep.sync.Observation.Marks;
import lockstep.sync.Observation.Unreadable;
import lockstep.sync.ignore.IgnoreRules;

/// Reads a directory tree, one [Observation] for each directory, a directory always before those
/// below it. Ignored paths are left out, links are not followed, other file systems are not
/// entered.
///
/// Each directory is announced before it is read: watched from then on, no change to it can fall
/// between reading and watching. Keeps no state and owns no thread.
final class Scanner {
  /// More than any person writes; a longer file of rules is read up to here.
  private static final int RULES_BYTES_MAX = 1 << 20;

  private final Disk disk;
  private final Consumer<RelPath> beforeReading;

  /// @param beforeReading called with each directory just before it is read, to have it watched
  Scanner(Disk disk, Consumer<RelPath> beforeReading) {
    this.disk = disk;
    this.beforeReading = beforeReading;
  }

  /// Scans `from` and all below it, and reads every `.lockstepignore` that it meets before judging
  /// the entries beside it.
  ///
  /// @param rules as known so far; those above `from` stay as they are
  /// @param sink takes the observations; false ends the scan early
  /// @return the rules as they stand now
  IgnoreRules scan(RelPath from, IgnoreRules rules, Predicate<Observation> sink)
      throws IOException {
    Disk.Stat root =
        disk.stat(RelPath.ROOT)
            .orElseThrow(() -> new NoSuchFileException("the shared folder's directory"));
    return new Walk(root.device(), rules, sink).run(from);
  }

  /// One scan under way.
  private final class Walk {
    private final long device;
    private final Predicate<Observation> sink;

    /// Depth first, so that it stays short.
    private final Deque<RelPath> toRead = new ArrayDeque<>();

    private IgnoreRules rules;

    Walk(long device, IgnoreRules rules, Predicate<Observation> sink) {
      this.device = device;
      this.rules = rules;
      this.sink = sink;
    }

    IgnoreRules run(RelPath from) {
      toRead.push(from);
      while (!toRead.isEmpty() && sink.test(read(toRead.pop()))) {}
      return rules;
    }

    private Observation read(RelPath directory) {
      beforeReading.accept(directory);
      try {
        List<Disk.Listed> entries = disk.list(directory);
        readRules(directory, entries);
        return observe(directory, entries);
      } catch (NoSuchFileException | NotDirectoryException e) {
        return new Gone(directory);
      } catch (IOException e) {
        return new Unreadable(directory, reason(e));
      }
    }

    private Listing observe(RelPath directory, List<Disk.Listed> entries) throws IOException {
      IgnoreRules.Scope scope = rules.scope(directory);
      List<Found> found = new ArrayList<>(entries.size());
      List<RelPath> otherFileSystems = new ArrayList<>(0);
      List<String> unrepresentable = new ArrayList<>(0);
      for (Disk.Listed entry : entries) {
        boolean isDirectory = entry.stat().kind() == Disk.Kind.DIRECTORY;
        if (!isValid(entry)) {
          unrepresentable.add(entry.name());
        } else if (scope.match(entry.name(), isDirectory).isEmpty()) {
          RelPath path = directory.resolve(entry.name());
          // Only directories tell: overlay file systems report foreign devices for plain files.
          if (isDirectory && entry.stat().device() != device) {
            otherFileSystems.add(path);
          } else {
            found.add(new Found(path, entry.stat()));
            if (isDirectory) {
              toRead.push(path);
            }
          }
        }
      }
      return new Listing(
          directory, found, otherFileSystems, unrepresentable, marks(directory, entries, scope));
    }

    private Marks marks(RelPath directory, List<Disk.Listed> entries, IgnoreRules.Scope scope)
        throws IOException {
      Map<RelPath, LockMarker> sealed = new HashMap<>();
      List<RelPath> applications = new ArrayList<>(0);
      for (Disk.Listed entry : entries) {
        if (entry.stat().kind() == Disk.Kind.FILE
            && isValid(entry)
            && scope.match(entry.name(), false).isPresent()) {
          note(directory.resolve(entry.name()), entry.stat(), sealed, applications);
        }
      }
      return sealed.isEmpty() && applications.isEmpty()
          ? Marks.NONE
          : new Marks(sealed, applications);
    }

    private void note(
        RelPath path, Disk.Stat stat, Map<RelPath, LockMarker> sealed, List<RelPath> applications)
        throws IOException {
      if (ApplicationMarkers.isMarker(path.name())) {
        applications.add(path);
      } else if (LockMarker.isLikely(path.name())) {
        LockMarkers.read(disk, path, stat)
            .ifPresent(marker -> sealed.put(LockMarkers.fileOf(marker, path), marker));
      }
    }

    private void readRules(RelPath directory, List<Disk.Listed> entries) throws IOException {
      boolean present = entries.stream().anyMatch(Scanner::isRules);
      if (present) {
        RelPath file = directory.resolve(IgnoreRules.FILE_NAME);
        rules = rules.with(List.of(new IgnoreRules.Source(file, readText(file))));
      } else if (rules.hasFileIn(directory)) {
        RelPath file = directory.resolve(IgnoreRules.FILE_NAME);
        rules = rules.with(List.of(new IgnoreRules.Source(file, "")));
      }
    }
  }

  /// Some file systems allow more than 255 bytes to a name.
  private static boolean isValid(Disk.Listed entry) {
    String name = entry.name();
    return entry.representable()
        && (name.length() * 3 <= RelPath.COMPONENT_BYTES_MAX
            || name.getBytes(StandardCharsets.UTF_8).length <= RelPath.COMPONENT_BYTES_MAX);
  }

  private static boolean isRules(Disk.Listed entry) {
    return entry.name().equals(IgnoreRules.FILE_NAME) && entry.stat().kind() == Disk.Kind.FILE;
  }

  private String readText(RelPath file) throws IOException {
    try (DiskFile open = disk.open(file)) {
      byte[] text = new byte[(int) Math.min(open.stat().size(), RULES_BYTES_MAX)];
      int length = 0;
      while (length < text.length) {
        int read = open.read(text, length, text.length - length, length);
        if (read < 0) {
          break;
        }
        length += read;
      }
      return new String(text, 0, length, StandardCharsets.UTF_8);
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
