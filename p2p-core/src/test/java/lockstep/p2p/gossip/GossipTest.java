package lockstep.p2p.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.TimeSource;
import lockstep.p2p.Eventually;
import lockstep.p2p.Hosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Gossip between real hosts.
class GossipTest {
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <C extends AutoCloseable> C opened(C closeable) {
    open.add(closeable);
    return closeable;
  }

  private GossipHost host() throws Exception {
    return opened(new GossipHost(_ -> true));
  }

  private RawGossiper raw(GossipHost host) throws Exception {
    return opened(new RawGossiper(host.id(), host.network.addresses()));
  }

  @Test
  void a_message_is_passed_on_to_those_that_its_author_is_not_connected_to() throws Exception {
    var a = host();
    var b = host();
    var c = host();
    a.connect(b);
    b.connect(c);
    Eventually.holds("b has both in its mesh", () -> b.topic.mesh().size() == 2);
    Eventually.holds("c has b in its mesh", () -> c.topic.mesh().contains(b.id()));

    a.publish("hello");
    for (GossipHost each : List.of(b, c)) {
      GossipMessage message = each.next();
      assertThat(GossipHost.text(message)).isEqualTo("hello");
      assertThat(message.author()).isEqualTo(a.id());
      assertThat(message.topic()).isEqualTo(GossipHost.TOPIC);
    }
    c.publish("and back");
    assertThat(GossipHost.text(a.next())).isEqualTo("and back");
    assertThat(b.hasHeardNothingMore()).isFalse();
  }

  @Test
  void who_connects_again_takes_part_again() throws Exception {
    var a = host();
    var b = host();
    a.connect(b);
    Eventually.holds("both know each other", () -> a.topic.peers().contains(b.id()));
    a.network.disconnect(b.id());
    Eventually.holds("a is alone", () -> a.topic.peers().isEmpty());
    Eventually.holds("b is alone", () -> b.network.peers().isEmpty());

    b.connect(a);
    Eventually.holds("both know each other", () -> a.topic.peers().contains(b.id()));
    a.publish("again");
    assertThat(GossipHost.text(b.next())).isEqualTo("again");
  }

  @Test
  void a_stream_that_breaks_is_opened_again_and_nothing_has_to_be_said_twice_by_the_user()
      throws Exception {
    var host = host();
    var raw = raw(host);
    raw.await(rpc -> !rpc.subscriptions().isEmpty());
    raw.subscribe(GossipHost.TOPIC);

    raw.resetInbound();
    raw.await(rpc -> !rpc.subscriptions().isEmpty());
    host.publish("still there");
    raw.await(rpc -> !rpc.messages().isEmpty());
  }

  @Test
  void one_may_publish_without_taking_part_and_take_part_no_more() throws Exception {
    var a = host();
    var b = host();
    a.connect(b);
    a.topic.unsubscribe();
    Eventually.holds("a knows b", () -> a.topic.peers().contains(b.id()));
    Eventually.holds("b knows that a has left", () -> b.topic.peers().isEmpty());

    a.publish("by the way");
    assertThat(GossipHost.text(b.next())).isEqualTo("by the way");
    b.publish("to nobody");
    a.topic.close();
    assertThatThrownBy(() -> a.publish("closed")).isInstanceOf(IllegalStateException.class);
    assertThat(a.hasHeardNothingMore()).isTrue();
  }

  @Test
  void to_whom_the_rules_do_not_admit_not_even_the_topic_is_told() throws Exception {
    Set<PeerId> members = ConcurrentHashMap.newKeySet();
    var a = opened(new GossipHost(members::contains));
    var outsider = raw(a);
    outsider.subscribe(GossipHost.TOPIC);
    var b = opened(new GossipHost(members::contains));
    members.addAll(Set.of(a.id(), b.id()));
    b.connect(a);
    Eventually.holds("the members know each other", () -> a.topic.mesh().contains(b.id()));

    outsider.message(outsider.sign(GossipHost.TOPIC, "let me in"));
    a.publish("among us");
    assertThat(GossipHost.text(b.next())).isEqualTo("among us");
    outsider.ihave(GossipHost.TOPIC, outsider.sign(GossipHost.TOPIC, "news").id());
    b.publish("among us, again");
    assertThat(GossipHost.text(a.next())).isEqualTo("among us, again");
    assertThat(outsider.told()).isEmpty();

    // Whoever becomes a member later hears of it with the next heartbeat.
    members.add(outsider.network.self());
    outsider.await(rpc -> rpc.subscriptions().stream().anyMatch(Rpc.Subscription::subscribed));
  }

  @Test
  void who_sends_what_is_no_rpc_is_not_listened_to_for_long() throws Exception {
    var host = host();
    var raw = raw(host);
    for (int i = 0; i < 4; i++) {
      raw.send(new byte[] {(byte) 0xff});
      Eventually.holds("the stream is reset", () -> !raw.isHeard());
      raw.reopen();
    }
    Eventually.holds("the new one is refused", () -> !raw.isHeard());
    assertThat(host.network.peers()).hasSize(1);
  }

  @Test
  void who_publishes_what_the_topic_rejects_is_not_listened_to_for_long() throws Exception {
    var host = host();
    var raw = raw(host);
    raw.subscribe(GossipHost.TOPIC);
    raw.message(raw.sign(GossipHost.TOPIC, "good"));
    assertThat(GossipHost.text(host.next())).isEqualTo("good");
    for (int i = 0; i < 10; i++) {
      raw.message(raw.sign(GossipHost.TOPIC, "spam"));
    }
    raw.message(raw.sign(GossipHost.TOPIC, "good again"));
    Eventually.holds(
        "it is out of the mesh", () -> !host.topic.mesh().contains(raw.network.self()));
    assertThat(host.hasHeardNothingMore()).isTrue();
  }

  @Test
  void gossip_signs_as_the_host_that_it_runs_on() throws Exception {
    try (var network = Hosts.open(lockstep.p2p.Limits.DEFAULT)) {
      var options =
          new Gossip.Options(
              Hosts.newKey(), GossipParameters.DEFAULT, TimeSource.system(), Entropy.system());
      assertThatThrownBy(() -> Gossip.start(network, options))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
