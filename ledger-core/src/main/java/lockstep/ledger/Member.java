package lockstep.ledger;

import lockstep.base.PublicKey;
import lockstep.base.Role;

/// One device that belongs to a folder.
///
/// @param name as the grant has it
public record Member(PublicKey device, Role role, String name) {}
