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
}
