package lockstep.p2p.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SmallPartsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[PrivateKey.SEED_LENGTH]);
  private static final PeerId PEER = new PeerId(KEY.publicKey());

  private static GossipMessage message(long number, int bytes) {
    return GossipMessage.sign(KEY, number, "t", new byte[bytes]);
  }

  @Nested
  class TheSeenCache {
    @Test
    void keeps_the_youngest() {
      var seen = new SeenCache(SECOND, 3);
      for (int i = 0; i < 5; i++) {
        seen.add(message(i, 0).id(), Verdict.ACCEPT, i);
      }
      assertThat(seen.size()).isEqualTo(3);
      assertThat(seen.contains(message(1, 0).id(), 5)).isFalse();
      assertThat(seen.verdict(message(2, 0).id(), 5)).contains(Verdict.ACCEPT);
    }

    @Test
    void forgets_in_time_whether_or_not_anybody_cleans_it_up() {
      var seen = new SeenCache(SECOND, 3);
      seen.add(message(1, 0).id(), Verdict.REJECT, 0);
      assertThat(seen.contains(message(1, 0).id(), SECOND - 1)).isTrue();
      assertThat(seen.contains(message(1, 0).id(), SECOND)).isFalse();
      seen.expire(SECOND);
      assertThat(seen.size()).isZero();
    }
  }

  @Nested
  class TheMessageCache {
    private final MessageCache cache = new MessageCache(5, 3);

    @Test
    void is_bounded_in_bytes() {
      for (int i = 0; i < 40; i++) {
        cache.put(message(i, 1_000_000));
      }
      assertThat(cache.bytes()).isBetween(15_000_000L, (long) Bounds.CACHED_BYTES);
      assertThat(cache.answer(message(0, 1_000_000).id(), PEER)).isEmpty();
      assertThat(cache.answer(message(39, 1_000_000).id(), PEER)).isPresent();
    }

    @Test
    void is_empty_again_after_its_history() {
      cache.put(message(1, 10));
      cache.put(message(1, 10));
      assertThat(cache.news("t")).hasSize(1);
      assertThat(cache.news("another")).isEmpty();
      for (int i = 0; i < 5; i++) {
        cache.shift();
      }
      assertThat(cache.size()).isZero();
      assertThat(cache.bytes()).isZero();
    }
  }

  @Nested
  class TheSendQueue {
    private final SendQueue queue = new SendQueue();

    private static Rpc.IHave ihave() {
      return new Rpc.IHave("t", List.of(message(1, 0).id()));
    }

    /// A message with control and gossip on its back.
    private static Rpc rpc(int bytes) {
      return new Rpc(
          List.of(new Rpc.Subscription("t", true)),
          List.of(message(1, bytes).wire()),
          List.of(ihave()),
          List.of(),
          List.of(),
          List.of());
    }

    @Test
    void loses_gossip_first_then_messages_and_control_never() throws Exception {
      for (int i = 0; i < 8; i++) {
        assertThat(queue.offer(rpc(700_000))).isTrue();
      }
      queue.offer(Rpcs.graft("the last"));
      List<Rpc> taken = drain();
      assertThat(taken).filteredOn(it -> !it.ihaves().isEmpty()).hasSize(2);
      assertThat(taken).filteredOn(it -> !it.messages().isEmpty()).hasSize(5);
      assertThat(taken).filteredOn(it -> !it.subscriptions().isEmpty()).hasSize(8);
      assertThat(taken.getLast().grafts()).hasSize(1);
    }

    @Test
    void says_when_not_even_control_has_room() {
      int offered = 0;
      while (queue.offer(Rpcs.prune("x".repeat(200), 60))) {
        offered++;
      }
      assertThat(offered).isLessThan((Bounds.QUEUE_BYTES + Bounds.QUEUE_CONTROL_BYTES) / 200);
      queue.clear();
      assertThat(queue.offer(Rpcs.prune("t", 60))).isTrue();
    }

    private List<Rpc> drain() throws Exception {
      var taken = new ArrayList<Rpc>();
      while (!queue.isEmpty()) {
        taken.add(RpcCodec.decode(queue.take().orElseThrow()));
      }
      return taken;
    }
  }
}
