package lockstep.ledger;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import lockstep.base.PublicKey;
import lockstep.base.Role;

/// Who belongs to a folder, as of the entries known here. Immutable.
///
/// @param current in the order of their admission
/// @param creator whom nobody else can remove
public record Members(Map<PublicKey, Member> current, PublicKey creator) {
  public Members {
    current = Collections.unmodifiableMap(new LinkedHashMap<>(current));
  }

  /// The role of a device, empty if it is no member.
  public Optional<Role> role(PublicKey device) {
    return Optional.ofNullable(current.get(device)).map(Member::role);
  }
}
