package lockstep.p2p.gossip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.PublicKey;
import org.junit.jupiter.api.Test;

/// The rules of gossipsub, one by one, seen from one device.
class RouterTest {
  private static final String TOPIC = "t";
  private static final long SECOND = 1_000_000_000L;
  private static final GossipParameters FLOOD = GossipParameters.DEFAULT;
  private static final GossipParameters MESH = FLOOD.withoutFloodPublish();

  private final List<GossipMessage> delivered = new ArrayList<>();
  private final List<Effect.Send> sent = new ArrayList<>();
  private final Set<PeerId> strangers = new java.util.HashSet<>();
  private Verdict verdict = Verdict.ACCEPT;
  private long now = SECOND;
  private Router router = router(MESH);

  private Router router(GossipParameters parameters) {
    var fresh = new Router(key(0), parameters, 1, new SplittableRandom(1));
    fresh.open(
        TOPIC,
        new TopicRules() {
          @Override
          public boolean admits(PeerId peer) {
            return !strangers.contains(peer);
          }

          @Override
          public Verdict judge(GossipMessage message) {
            return verdict;
          }
        });
    return fresh;
  }

  // ---- Subscriptions and the mesh

  @Test
  void who_connects_is_told_what_this_device_is_in_and_the_others_when_it_joins() {
    act(router.connected(now, peer(1), true));
    assertThat(sent).isEmpty();
    act(router.join(now, TOPIC));
    assertThat(told(1, Rpc::subscriptions)).containsExactly(new Rpc.Subscription(TOPIC, true));
    act(router.connected(now, peer(2), true));
    assertThat(told(2, Rpc::subscriptions)).containsExactly(new Rpc.Subscription(TOPIC, true));
    act(router.leave(now, TOPIC));
    assertThat(told(1, Rpc::subscriptions)).containsExactly(new Rpc.Subscription(TOPIC, false));
  }

  @Test
  void a_mesh_is_filled_to_D_and_thinned_to_D() {
    join(3);
    heartbeat();
    assertThat(mesh()).hasSize(3);
    for (int i = 4; i <= 30; i++) {
      subscribed(i);
    }
    heartbeat();
    assertThat(mesh()).as("D_low is 4").hasSize(6);

    for (int i = 1; i <= 30; i++) {
      graft(i);
    }
    assertThat(mesh()).as("who was dialled may join above D_high").hasSize(30);
    heartbeat();
    assertThat(mesh()).hasSize(6);
    assertThat(sent.stream().mapToLong(it -> it.rpc().prunes().size()).sum()).isEqualTo(24);
  }

  @Test
  void a_full_mesh_takes_no_more_of_those_that_dialled_and_keeps_two_that_did_not() {
    act(router.join(now, TOPIC));
    for (int i = 1; i <= 30; i++) {
      int peer = i;
      act(router.connected(now, peer(peer), peer <= 2));
      receive(peer, Rpcs.subscription(TOPIC, true));
      graft(peer);
    }
    assertThat(mesh()).hasSize(12);
    heartbeat();
    assertThat(mesh()).hasSize(12);
    assertThat(mesh()).contains(peer(1), peer(2));
  }

  @Test
  void who_was_pruned_waits_out_its_backoff_and_pays_if_it_does_not() {
    join(1);
    graft(1);
    receive(1, Rpcs.prune(TOPIC, 30));
    assertThat(mesh()).isEmpty();
    now += 28 * SECOND;
    heartbeat();
    assertThat(told(1, Rpc::grafts)).as("we wait too").isEmpty();
    graft(1);
    assertThat(mesh()).isEmpty();
    assertThat(told(1, Rpc::prunes)).containsExactly(new Rpc.Prune(TOPIC, 60));

    for (int i = 0; i < 10; i++) {
      graft(1);
    }
    assertThat(router.score(now, peer(1))).isLessThan(Score.GRAYLIST);
  }

  @Test
  void a_backoff_without_end_ends_after_an_hour() {
    join(1);
    for (long absurd : new long[] {Long.MAX_VALUE, -1, Long.MIN_VALUE, 3_601}) {
      receive(1, Rpcs.prune(TOPIC, absurd));
      now += 3_600 * SECOND;
      graft(1);
      assertThat(mesh()).as("after " + absurd).containsExactly(peer(1));
    }
  }

  @Test
  void who_leaves_asks_for_ten_seconds_only() {
    join(1);
    graft(1);
    act(router.leave(now, TOPIC));
    assertThat(told(1, Rpc::prunes)).containsExactly(new Rpc.Prune(TOPIC, 10));
    act(router.join(now, TOPIC));
    assertThat(mesh()).isEmpty();
    now += 12 * SECOND;
    heartbeat();
    assertThat(mesh()).containsExactly(peer(1));
  }

  @Test
  void a_graft_for_an_unknown_topic_or_from_one_that_is_not_in_it_gets_nobody_into_a_mesh() {
    join(1);
    receive(1, Rpcs.graft("another"));
    assertThat(sent).isEmpty();
    receive(1, Rpcs.subscription(TOPIC, false));
    graft(1);
    assertThat(mesh()).isEmpty();
  }

  @Test
  void who_is_admitted_no_more_is_told_nothing_more() {
    join(1);
    graft(1);
    strangers.add(peer(1));
    publish("a secret");
    assertThat(sent).isEmpty();
    heartbeat();
    assertThat(told(1, Rpc::subscriptions)).containsExactly(new Rpc.Subscription(TOPIC, false));
    assertThat(mesh()).isEmpty();
    act(router.heartbeat(now += SECOND));
    assertThat(sent).isEmpty();
    receive(1, Rpcs.message(signed(1, 1, "from outside")));
    receive(1, Rpcs.graft(TOPIC));
    assertThat(sent).isEmpty();
    assertThat(delivered).isEmpty();
  }

  @Test
  void on_a_fresh_stream_everything_is_said_again() {
    join(1);
    graft(1);
    act(router.reopened(now, peer(1)));
    assertThat(told(1, Rpc::subscriptions)).containsExactly(new Rpc.Subscription(TOPIC, true));
    heartbeat();
    assertThat(told(1, Rpc::grafts)).containsExactly(new Rpc.Graft(TOPIC));
  }

  // ---- Messages

  @Test
  void a_message_is_delivered_once_and_passed_on_to_the_mesh_but_not_back() {
    join(4);
    for (int i = 1; i <= 3; i++) {
      graft(i);
    }
    GossipMessage message = signed(2, 7, "x");
    receive(1, Rpcs.message(message));
    assertThat(sent).map(Effect.Send::to).as("neither sender nor author").containsExactly(peer(3));
    receive(3, Rpcs.message(message));
    assertThat(sent).isEmpty();
    assertThat(delivered).hasSize(1);
  }

  @Test
  void what_is_published_goes_to_all_or_to_a_mesh_that_is_filled_up() {
    join(20);
    publish("x");
    assertThat(sent).hasSize(6);

    router = router(FLOOD);
    join(20);
    publish("x");
    assertThat(sent).hasSize(20);
  }

  @Test
  void who_only_publishes_keeps_to_its_fanout_for_a_minute_and_takes_it_into_its_mesh() {
    for (int i = 1; i <= 20; i++) {
      subscribed(i);
    }
    publish("x");
    List<PeerId> fanout = sent.stream().map(Effect.Send::to).toList();
    assertThat(fanout).hasSize(6);
    sent.clear();
    publish("y");
    assertThat(sent).map(Effect.Send::to).containsExactlyElementsOf(fanout);
    act(router.join(now, TOPIC));
    assertThat(mesh()).containsExactlyInAnyOrderElementsOf(fanout);

    act(router.leave(now, TOPIC));
    now += 61 * SECOND;
    heartbeat();
    publish("z");
    assertThat(sent).map(Effect.Send::to).hasSize(6).isNotEqualTo(fanout);
  }

  @Test
  void forged_and_rejected_messages_are_not_delivered_and_cost_whoever_brings_them() {
    join(3);
    byte[] forged = signed(2, 1, "x").wire().encoded().clone();
    forged[forged.length - 1] ^= 1;
    receive(1, Rpcs.message(alleged(forged)));
    assertThat(router.score(now, peer(1))).isNegative();

    verdict = Verdict.REJECT;
    GossipMessage rejected = signed(2, 1, "x");
    receive(2, Rpcs.message(rejected));
    receive(3, Rpcs.message(rejected));
    assertThat(router.score(now, peer(2))).isNegative();
    assertThat(router.score(now, peer(3))).as("the second time too").isNegative();
    assertThat(delivered).isEmpty();
  }

  @Test
  void a_forged_message_does_not_keep_out_the_true_one() {
    join(2);
    GossipMessage message = signed(2, 1, "x");
    byte[] forged = message.wire().encoded().clone();
    forged[forged.length - 1] ^= 1;
    receive(1, Rpcs.message(alleged(forged)));
    receive(2, Rpcs.message(message));
    assertThat(delivered).hasSize(1);
  }

  @Test
  void what_is_ignored_costs_nobody_anything() {
    join(2);
    verdict = Verdict.IGNORE;
    receive(1, Rpcs.message(signed(2, 1, "x")));
    assertThat(router.score(now, peer(1))).isZero();
    assertThat(delivered).isEmpty();
    assertThat(sent).isEmpty();
  }

  @Test
  void ones_own_message_is_not_delivered_when_it_comes_back() {
    join(1);
    receive(1, Rpcs.message(signed(0, 99, "from an earlier run")));
    assertThat(delivered).isEmpty();
    assertThat(router.score(now, peer(1))).isZero();
  }

  @Test
  void a_message_may_come_again_after_two_minutes() {
    join(1);
    GossipMessage message = signed(1, 1, "x");
    receive(1, Rpcs.message(message));
    now += 119 * SECOND;
    receive(1, Rpcs.message(message));
    assertThat(delivered).hasSize(1);
    now += 2 * SECOND;
    receive(1, Rpcs.message(message));
    assertThat(delivered).hasSize(2);
  }

  // ---- Gossip

  @Test
  void
      peers_beside_the_mesh_are_offered_what_there_is_for_three_heartbeats_and_given_it_for_five() {
    join(30);
    heartbeat();
    GossipMessage message = signed(1, 1, "x");
    receive(1, Rpcs.message(message));
    for (int beat = 1; beat <= 4; beat++) {
      heartbeat();
      var offers = sent.stream().filter(it -> !it.rpc().ihaves().isEmpty()).toList();
      assertThat(offers).as("beat " + beat).hasSize(beat <= 3 ? 6 : 0);
      assertThat(offers).noneMatch(it -> mesh().contains(it.to()));
    }
    receive(30, Rpcs.iwant(List.of(message.id())));
    assertThat(told(30, Rpc::messages)).hasSize(1);
    heartbeat();
    receive(30, Rpcs.iwant(List.of(message.id())));
    assertThat(sent).isEmpty();
  }

  @Test
  void a_message_is_given_three_times_to_a_peer_and_never_to_one_that_is_not_in_the_topic() {
    join(2);
    GossipMessage message = signed(1, 1, "x");
    receive(1, Rpcs.message(message));
    for (int i = 1; i <= 5; i++) {
      receive(2, Rpcs.iwant(List.of(message.id())));
      assertThat(told(2, Rpc::messages)).hasSize(i <= 3 ? 1 : 0);
    }
    strangers.add(peer(1));
    receive(1, Rpcs.iwant(List.of(message.id())));
    assertThat(sent).isEmpty();
  }

  @Test
  void what_is_offered_and_not_known_is_asked_for() {
    join(2);
    GossipMessage known = signed(1, 1, "x");
    GossipMessage missed = signed(1, 2, "y");
    receive(1, Rpcs.message(known));
    receive(2, Rpcs.ihave(TOPIC, List.of(known.id(), missed.id())));
    assertThat(told(2, Rpc::iwants)).containsExactly(new Rpc.IWant(List.of(missed.id())));
  }

  @Test
  void who_offers_what_it_does_not_give_pays_unless_another_gave_it() {
    join(3);
    for (int i = 0; i < 10; i++) {
      GossipMessage message = signed(3, i, "x");
      receive(1, Rpcs.ihave(TOPIC, List.of(message.id())));
      receive(2, Rpcs.ihave(TOPIC, List.of(signed(3, 100 + i, "x").id())));
      receive(3, Rpcs.message(message));
      now += 4 * SECOND;
      heartbeat();
    }
    assertThat(router.score(now, peer(1))).isNotNegative();
    assertThat(router.score(now, peer(2))).as("no gossip with it").isLessThan(Score.GOSSIP);
  }

  @Test
  void only_so_many_offers_and_ids_are_looked_at_from_one_heartbeat_to_the_next() {
    join(1);
    int asked = 0;
    for (int i = 0; i < 20; i++) {
      var ids = new ArrayList<MessageId>();
      for (int j = 0; j < 1_000; j++) {
        ids.add(MessageId.of((i + " " + j).getBytes(UTF_8)));
      }
      receive(1, Rpcs.ihave(TOPIC, ids));
      asked += told(1, Rpc::iwants).stream().mapToInt(it -> it.ids().size()).sum();
    }
    assertThat(asked).isEqualTo(5_000);
  }

  // ---- Who is gone, and what is kept in mind

  @Test
  void misdeeds_outlive_the_connection_and_fade() {
    join(1);
    for (int i = 0; i < 4; i++) {
      router.violated(now, peer(1));
    }
    act(router.disconnected(now, peer(1)));
    act(router.connected(now, peer(1), true));
    assertThat(router.isGraylisted(now, peer(1))).isTrue();
    receive(1, Rpcs.message(signed(1, 1, "x")));
    assertThat(delivered).isEmpty();
    now += 1_800 * SECOND;
    assertThat(router.score(now, peer(1))).isZero();
  }

  @Test
  void of_peers_that_come_and_go_under_ever_new_names_only_some_are_remembered() {
    act(router.join(now, TOPIC));
    for (int i = 1; i <= 5_000; i++) {
      PeerId fresh = new PeerId(PublicKey.of(name(i)));
      act(router.connected(now, fresh, false));
      router.violated(now, fresh);
      act(router.disconnected(now, fresh));
    }
    assertThat(router.remembered()).isLessThanOrEqualTo(2 * Bounds.PEERS_REMEMBERED);
    now += 7_200 * SECOND;
    act(router.connected(now, peer(1), false));
    act(router.disconnected(now, peer(1)));
    assertThat(router.remembered()).isZero();
  }

  @Test
  void the_clock_is_needed_only_while_somebody_is_connected() {
    assertThat(router.nextHeartbeat()).isEqualTo(Long.MAX_VALUE);
    act(router.connected(now, peer(1), false));
    assertThat(router.nextHeartbeat()).isEqualTo(now + SECOND / 10);
    act(router.disconnected(now, peer(1)));
    assertThat(router.nextHeartbeat()).isEqualTo(Long.MAX_VALUE);
  }

  // ---- Words for all that

  private static PrivateKey key(int number) {
    return PrivateKey.ofSeed(name(number));
  }

  private static byte[] name(int number) {
    byte[] name = new byte[32];
    for (int i = 0; i < Integer.BYTES; i++) {
      name[i] = (byte) (number >>> (8 * i));
    }
    return name;
  }

  private static PeerId peer(int number) {
    return new PeerId(key(number).publicKey());
  }

  private static GossipMessage signed(int author, long sequence, String text) {
    return GossipMessage.sign(key(author), sequence, TOPIC, text.getBytes(UTF_8));
  }

  private static AllegedMessage alleged(byte[] encoded) {
    try {
      return AllegedMessage.decode(encoded);
    } catch (PeerViolationException e) {
      throw new AssertionError(e);
    }
  }

  /// This device and so many others are in the topic.
  private void join(int peers) {
    act(router.join(now, TOPIC));
    for (int i = 1; i <= peers; i++) {
      subscribed(i);
    }
    sent.clear();
  }

  private void subscribed(int peer) {
    act(router.connected(now, peer(peer), true));
    receive(peer, Rpcs.subscription(TOPIC, true));
    sent.clear();
  }

  private void graft(int peer) {
    receive(peer, Rpcs.graft(TOPIC));
  }

  private void receive(int peer, Rpc rpc) {
    act(router.received(now, peer(peer), rpc));
  }

  private void publish(String text) {
    act(router.publish(now, TOPIC, text.getBytes(UTF_8)));
  }

  private void heartbeat() {
    now += SECOND;
    act(router.heartbeat(now));
  }

  private Set<PeerId> mesh() {
    return router.mesh(TOPIC);
  }

  private void act(List<Effect> effects) {
    sent.clear();
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Send send -> sent.add(send);
        case Effect.Deliver(GossipMessage message) -> delivered.add(message);
      }
    }
  }

  /// What the last input had a peer told.
  private <T> List<T> told(int peer, Function<Rpc, List<T>> what) {
    return sent.stream()
        .filter(it -> it.to().equals(peer(peer)))
        .flatMap(it -> what.apply(it.rpc()).stream())
        .toList();
  }
}
