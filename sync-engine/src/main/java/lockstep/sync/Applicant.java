package lockstep.sync;

import java.time.Instant;
import lockstep.base.PeerId;
import lockstep.base.Role;

/// A device that holds an invitation which needs approval, and waits here for a person's yes.
///
/// @param folder its name here
/// @param name the device's name for itself: anybody can call himself anything
/// @param role what it becomes if it is approved
/// @param words what its own screen shows too, for people to compare
/// @param since when it asked
public record Applicant(
    String folder, PeerId peer, String name, Role role, String words, Instant since) {}
