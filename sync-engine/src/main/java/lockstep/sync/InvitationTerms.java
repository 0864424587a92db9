package lockstep.sync;

import java.time.Duration;
import lockstep.base.Role;

/// What an invitation offers.
///
/// @param role what a device becomes that joins with it
/// @param uses how many devices may join with it, from 1
/// @param needsApproval whether a person has to say yes to each of them
public record InvitationTerms(Role role, Duration validFor, int uses, boolean needsApproval) {}
