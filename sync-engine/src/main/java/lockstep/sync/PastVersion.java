package lockstep.sync;

import java.time.Instant;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerId;

/// One version that a path has or had.
///
/// @param version names it among those of its path, for `restore --version`
/// @param size bytes of a file, else 0
/// @param hash of a file's content
/// @param kind `put`, `delete`, or `move` for a put of what another path lost at the same moment
/// @param movedFrom that path
/// @param available whether this device can bring the bytes back now, without asking anybody
public record PastVersion(
    String version,
    PeerId author,
    String authorName,
    Instant at,
    long size,
    Optional<Blake3> hash,
    String kind,
    Optional<String> movedFrom,
    boolean available) {}
