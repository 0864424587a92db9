package lockstep.ledger;

import lockstep.base.RelPath;
import lockstep.base.Version;

/// A version that lost its name and lives on as a copy beside it, the same on every device.
///
/// @param path the name that was lost
/// @param copyPath where the copy stands; editing or deleting it there settles the conflict
/// @param official what has the name now
/// @param other the version that became the copy, as its entry states it
public record Conflict(RelPath path, RelPath copyPath, Version official, Version other) {}
