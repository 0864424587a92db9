package lockstep.sync;

import java.nio.file.Path;
import java.time.Instant;
import lockstep.base.PeerId;

/// A folder that this device has asked to join, and waits for a person's yes to.
///
/// @param path where the folder is to go
/// @param admitter the device at which a person is asked
/// @param words what that person sees too
/// @param since when it asked
public record PendingJoin(Path path, PeerId admitter, String words, Instant since) {}
