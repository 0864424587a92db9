package lockstep.sync;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What `restore` was asked for, and what came of it.
///
/// @param restored absolute paths of what was brought back, directories included
/// @param missing paths below a directory whose bytes nobody has that can be asked now
public record Restoration(List<String> restored, List<String> missing) {
  public Restoration {
    restored = List.copyOf(restored);
    missing = List.copyOf(missing);
  }

  /// @param path absolute, in a shared folder
  /// @param version as [PastVersion#version] names it, or its beginning
  /// @param at a moment: what stood there then
  /// @param to where to put it instead; nothing may stand there
  public record Request(
      Path path, Optional<String> version, Optional<Instant> at, Optional<Path> to) {}

  /// What a restore would do, in paths within the folder; nothing is done yet. Whatever else stands
  /// there stays.
  ///
  /// @param returning where nothing stands now
  /// @param replaced files and links that would be again what they were; what they are now would go
  ///   to the history
  /// @param elsewhere those of both whose bytes have to come from another member
  /// @param bytes of the files among all of them
  public record Preview(
      List<String> returning, List<String> replaced, List<String> elsewhere, long bytes) {
    public Preview {
      returning = List.copyOf(returning);
      replaced = List.copyOf(replaced);
      elsewhere = List.copyOf(elsewhere);
    }
  }

  /// What came of taking a restore back, in absolute paths.
  ///
  /// @param undone what is again as it was before
  /// @param left what was changed since then, or could not be had: it stays as it is
  public record Undone(List<String> undone, List<String> left) {
    public Undone {
      undone = List.copyOf(undone);
      left = List.copyOf(left);
    }
  }
}
