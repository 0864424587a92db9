package lockstep.p2p.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lockstep.base.PeerId;
import lockstep.p2p.Eventually;
import lockstep.p2p.JsPeer;
import org.junit.jupiter.api.Test;

/// js-libp2p's gossipsub, made to send what it never would: the codec is theirs, the abuse is not.
class JsHostileGossipTest {
  /// The last keeps js itself so busy that it answers no more for a minute.
  private static final List<String> ABUSES =
      List.of("prune", "subscribe", "unsigned", "ihave", "iwant", "graft");

  @Test
  void floods_of_control_messages_stop_no_message_of_others() throws Exception {
    try (var host = new GossipHost(_ -> true);
        var honest = new GossipHost(_ -> true);
        var js = JsPeer.start()) {
      honest.connect(host);
      PeerId jsId = js.id();
      js.call("subscribe", GossipHost.TOPIC);
      js.call("dial", host.network.addresses().getFirst());
      js.call("subscribed", GossipHost.TOPIC, host.id());
      Eventually.holds(
          "honest is in the mesh", () -> host.topic.mesh().contains(honest.network.self()));

      for (String abuse : ABUSES) {
        js.call("gossip", host.id(), abuse, 300);
        honest.publish("after " + abuse);
        assertThat(GossipHost.text(host.next())).isEqualTo("after " + abuse);
        host.publish("answer to " + abuse);
        assertThat(GossipHost.text(honest.next())).isEqualTo("answer to " + abuse);
      }
      assertThat(host.topic.mesh()).contains(honest.network.self());
      Eventually.holds("js is not heard any more", () -> !host.topic.mesh().contains(jsId));
    }
  }
}
