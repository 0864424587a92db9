package lockstep.p2p;

import java.io.IOException;

/// The peer does not speak a protocol; it is no fault of anybody's.
public final class ProtocolRefusedException extends IOException {
  ProtocolRefusedException(String protocol) {
    super("the peer does not speak " + protocol);
  }
}
