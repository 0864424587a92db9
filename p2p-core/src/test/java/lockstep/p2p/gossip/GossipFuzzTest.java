package lockstep.p2p.gossip;

import lockstep.base.PeerViolationException;
import lockstep.testkit.Fuzz;
import org.junit.jupiter.api.Test;

/// What peers pass on to each other; see [Fuzz].
class GossipFuzzTest {
  @Test
  void gossip() {
    Fuzz.run("gossip-rpc", RpcCodec::decode, PeerViolationException.class);
    Fuzz.run("gossip-message", AllegedMessage::decode, PeerViolationException.class);
  }
}
