package lockstep.p2p.gossip;

import java.util.stream.Stream;
import lockstep.base.PeerViolationException;
import lockstep.testkit.FuzzTarget;
import lockstep.testkit.FuzzTargets;

/// What peers pass on to each other; see [FuzzTargets].
class GossipFuzzTest implements FuzzTargets {
  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(
        new FuzzTarget("gossip-rpc", RpcCodec::decode, PeerViolationException.class),
        new FuzzTarget("gossip-message", AllegedMessage::decode, PeerViolationException.class));
  }
}
