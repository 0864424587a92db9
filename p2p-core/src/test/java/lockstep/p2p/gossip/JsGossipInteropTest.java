package lockstep.p2p.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lockstep.base.PeerId;
import lockstep.p2p.Eventually;
import lockstep.p2p.Hosts;
import lockstep.p2p.JsPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our gossip against that of js-libp2p, whichever side dialled.
class JsGossipInteropTest {
  private static final String TOPIC = GossipHost.TOPIC;

  enum Dialler {
    JS,
    LOCKSTEP
  }

  private JsPeer js;
  private PeerId jsId;
  private GossipHost host;

  @BeforeEach
  void start() throws Exception {
    js = JsPeer.start();
    jsId = js.id();
    host = new GossipHost(_ -> true);
  }

  @AfterEach
  void stop() {
    if (host != null) host.close();
    if (js != null) js.close();
  }

  @ParameterizedTest
  @EnumSource
  void messages_go_both_ways_through_meshes_that_both_sides_agree_on(Dialler dialler)
      throws Exception {
    js.call("subscribe", TOPIC);
    connect(dialler);
    js.call("subscribed", TOPIC, host.id());
    js.call("mesh", TOPIC, host.id(), true);
    Eventually.holds("js is in our mesh", () -> host.topic.mesh().contains(jsId));

    for (int i = 0; i < 20; i++) {
      js.call("publish", TOPIC, "from js " + i);
      GossipMessage message = host.next();
      assertThat(GossipHost.text(message)).isEqualTo("from js " + i);
      assertThat(message.author()).isEqualTo(jsId);

      host.publish("from lockstep " + i);
      assertThat(js.call("heard", TOPIC, "from lockstep " + i))
          .containsExactly(host.id().toString());
    }
    assertThat(Double.parseDouble(js.call("score", host.id()).getFirst())).isNotNegative();
  }

  @ParameterizedTest
  @EnumSource
  void js_passes_on_between_our_hosts_and_we_pass_on_between_theirs(Dialler dialler)
      throws Exception {
    js.call("subscribe", TOPIC);
    connect(dialler);
    try (var behindJs = new GossipHost(_ -> true);
        var otherJs = JsPeer.start()) {
      behindJs.network.connect(jsId, List.of(js.address()), Hosts.SOON);
      otherJs.call("subscribe", TOPIC);
      otherJs.call("dial", host.network.addresses().getFirst());
      js.call("mesh", TOPIC, host.id(), true);
      js.call("mesh", TOPIC, behindJs.id(), true);
      otherJs.call("mesh", TOPIC, host.id(), true);
      Eventually.holds(
          "both js are in our mesh",
          () -> host.topic.mesh().containsAll(List.of(jsId, otherJs.id())));

      behindJs.publish("through js");
      assertThat(host.next().author()).isEqualTo(behindJs.id());
      assertThat(otherJs.call("heard", TOPIC, "through js"))
          .containsExactly(behindJs.id().toString());
      otherJs.call("publish", TOPIC, "through lockstep");
      assertThat(js.call("heard", TOPIC, "through lockstep"))
          .containsExactly(otherJs.id().toString());
      assertThat(behindJs.next().author()).isEqualTo(otherJs.id());
    }
  }

  @ParameterizedTest
  @EnumSource
  void either_side_may_leave(Dialler dialler) throws Exception {
    js.call("subscribe", TOPIC);
    connect(dialler);
    js.call("mesh", TOPIC, host.id(), true);
    Eventually.holds("js is in our mesh", () -> host.topic.mesh().contains(jsId));

    host.topic.unsubscribe();
    js.call("mesh", TOPIC, host.id(), false);
    js.call("unsubscribe", TOPIC);
    Eventually.holds("js has left", () -> host.topic.peers().isEmpty());
  }

  @Test
  void js_offers_what_we_missed_and_gives_it_when_asked() throws Exception {
    js.call("subscribe", TOPIC);
    try (var author = new RawGossiper(jsId, List.of(js.address()));
        var raw = new RawGossiper(jsId, List.of(js.address()))) {
      raw.subscribe(TOPIC);
      raw.await(rpc -> !rpc.grafts().isEmpty());
      raw.send(Rpcs.prune(TOPIC, 60));
      author.subscribe(TOPIC);
      GossipMessage message = author.sign(TOPIC, "missed");
      author.message(message);

      Rpc offer = raw.await(rpc -> !rpc.ihaves().isEmpty());
      assertThat(offer.ihaves().getFirst().topic()).isEqualTo(TOPIC);
      assertThat(offer.ihaves().getFirst().ids()).containsExactly(message.id());
      raw.send(Rpcs.iwant(List.of(message.id())));
      Rpc answer = raw.await(rpc -> !rpc.messages().isEmpty());
      assertThat(answer.messages().getFirst().verified().orElseThrow().id())
          .isEqualTo(message.id());
    }
  }

  @Test
  void js_asks_for_what_it_is_offered_and_takes_it() throws Exception {
    js.call("subscribe", TOPIC);
    try (var raw = new RawGossiper(jsId, List.of(js.address()))) {
      raw.subscribe(TOPIC);
      raw.await(rpc -> !rpc.grafts().isEmpty());
      GossipMessage message = raw.sign(TOPIC, "offered");
      raw.ihave(TOPIC, message.id());

      Rpc request = raw.await(rpc -> !rpc.iwants().isEmpty());
      assertThat(request.iwants().getFirst().ids()).containsExactly(message.id());
      raw.message(message);
      assertThat(js.call("heard", TOPIC, "offered")).containsExactly(raw.network.self().toString());
    }
  }

  private void connect(Dialler dialler) throws Exception {
    switch (dialler) {
      case JS -> js.call("dial", host.network.addresses().getFirst());
      case LOCKSTEP -> host.network.connect(jsId, List.of(js.address()), Hosts.SOON);
    }
  }
}
