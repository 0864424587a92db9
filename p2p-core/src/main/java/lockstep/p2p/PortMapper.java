package lockstep.p2p;

import java.io.IOException;

/// One way to have a router let others in.
interface PortMapper {
  /// What people call it.
  String name();

  /// Asks for, renews or ends a mapping; blocks for a few seconds at most.
  ///
  /// @throws IOException saying why there is none
  PortMapMessage.Answer.Granted ask(Gateways.Gateway gateway, PortMapMessage.Wish wish)
      throws IOException;
}
