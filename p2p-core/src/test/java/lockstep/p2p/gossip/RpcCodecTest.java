package lockstep.p2p.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.ProtoWriter;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class RpcCodecTest {
  private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[PrivateKey.SEED_LENGTH]);

  @ParameterizedTest
  @SeedSource(count = 200)
  void what_is_written_is_read_again(long seed) throws PeerViolationException {
    var gen = new Gen(seed);
    Rpc rpc = rpc(gen, gen.between(0, 40), gen.between(0, 3_000));

    assertThat(text(decodeAll(RpcCodec.encode(rpc)))).isEqualTo(text(List.of(rpc)));
  }

  @ParameterizedTest
  @SeedSource(count = 5)
  void what_does_not_fit_into_one_rpc_is_written_as_several(long seed)
      throws PeerViolationException {
    var gen = new Gen(seed);
    Rpc rpc = rpc(gen, 1_500, 5_000);

    List<byte[]> encoded = RpcCodec.encode(rpc);
    assertThat(encoded).hasSizeGreaterThan(1).allMatch(it -> it.length <= Bounds.RPC_BYTES);
    assertThat(text(decodeAll(encoded))).isEqualTo(text(List.of(rpc)));
  }

  @ParameterizedTest
  @SeedSource(count = 1_000)
  void no_bytes_whatever_do_worse_than_a_violation(long seed) {
    var gen = new Gen(seed);
    byte[] bytes = gen.chance(30) ? gen.bytes(gen.between(0, 200)) : mutated(gen);
    try {
      RpcCodec.encode(RpcCodec.decode(bytes));
    } catch (PeerViolationException e) {
      assertThat(e).hasMessageMatching("(malformed|too many).*");
    }
  }

  private static byte[] mutated(Gen gen) {
    List<byte[]> encoded = RpcCodec.encode(rpc(gen, 3, 3));
    byte[] bytes = encoded.isEmpty() ? new byte[0] : encoded.getFirst().clone();
    for (int i = 0; i < gen.between(1, 8) && bytes.length > 0; i++) {
      bytes[gen.between(0, bytes.length - 1)] = (byte) gen.between(0, 255);
    }
    return Arrays.copyOf(bytes, gen.chance(50) ? bytes.length : gen.between(0, bytes.length));
  }

  @Test
  void too_many_elements_are_refused_however_small_they_are() {
    var empty = new ProtoWriter();
    assertBounded(Bounds.SUBSCRIPTIONS, many -> many(1, empty, many));
    assertBounded(Bounds.MESSAGES, many -> many(2, empty, many));
    for (int kind = 1; kind <= 4; kind++) {
      int each = kind;
      assertBounded(Bounds.CONTROLS, many -> control(many(each, empty, many)));
    }
    assertBounded(Bounds.IDS, many -> control(new ProtoWriter().message(1, many(2, empty, many))));
    assertBounded(Bounds.IDS, many -> control(new ProtoWriter().message(2, many(1, empty, many))));
    assertBounded(
        Bounds.PRUNE_PEERS, many -> control(new ProtoWriter().message(4, many(2, empty, many))));
  }

  @Test
  void control_in_many_parts_is_counted_as_one() {
    var graft = new ProtoWriter().message(3, new ProtoWriter());
    assertBounded(Bounds.CONTROLS, many -> many(3, graft, many));
  }

  @Test
  void texts_and_ids_are_bounded() {
    assertBounded(Bounds.TOPIC_BYTES, many -> subscription("x".repeat(many)));
    assertBounded(
        Bounds.ID_BYTES,
        many ->
            control(
                new ProtoWriter().message(2, new ProtoWriter().bytesAlways(1, new byte[many]))));
  }

  @Test
  void what_is_unknown_is_passed_over() throws PeerViolationException {
    var control = new ProtoWriter().message(5, new ProtoWriter().bytesAlways(1, new byte[20]));
    byte[] idontwant = new ProtoWriter().message(3, control).message(9, control).toBytes();

    assertThat(RpcCodec.decode(idontwant).isEmpty()).isTrue();
  }

  private static void assertBounded(int max, IntFunction<ProtoWriter> many) {
    assertThat(decodes(many.apply(max).toBytes())).isTrue();
    assertThatThrownBy(() -> RpcCodec.decode(many.apply(max + 1).toBytes()))
        .isInstanceOf(PeerViolationException.class);
  }

  private static boolean decodes(byte[] bytes) {
    try {
      RpcCodec.decode(bytes);
      return true;
    } catch (PeerViolationException e) {
      throw new AssertionError(e);
    }
  }

  private static ProtoWriter subscription(String topic) {
    return new ProtoWriter().message(1, new ProtoWriter().string(2, topic));
  }

  private static ProtoWriter control(ProtoWriter elements) {
    return new ProtoWriter().message(3, elements);
  }

  private static ProtoWriter many(int field, ProtoWriter element, int count) {
    var out = new ProtoWriter();
    for (int i = 0; i < count; i++) {
      out.message(field, element);
    }
    return out;
  }

  // ---- RPCs

  private static Rpc rpc(Gen gen, int elements, int idsMax) {
    var subscriptions = new ArrayList<Rpc.Subscription>();
    var messages = new ArrayList<AllegedMessage>();
    var ihaves = new ArrayList<Rpc.IHave>();
    var iwants = new ArrayList<Rpc.IWant>();
    var grafts = new ArrayList<Rpc.Graft>();
    var prunes = new ArrayList<Rpc.Prune>();
    for (int i = 0; i < elements; i++) {
      switch (gen.between(0, 20)) {
        case 0, 1, 2, 3 -> subscriptions.add(new Rpc.Subscription(gen.name(), gen.chance(50)));
        case 4, 5, 6, 7 -> messages.add(message(gen));
        case 8 -> ihaves.add(new Rpc.IHave(gen.name(), ids(gen, idsMax)));
        case 9 -> iwants.add(new Rpc.IWant(ids(gen, idsMax)));
        case 10, 11, 12, 13, 14 -> grafts.add(new Rpc.Graft(gen.name()));
        default -> prunes.add(new Rpc.Prune(gen.name(), gen.anyLong()));
      }
    }
    return new Rpc(subscriptions, messages, ihaves, iwants, grafts, prunes);
  }

  private static AllegedMessage message(Gen gen) {
    byte[] data = gen.bytes(gen.between(0, 2_000));
    return GossipMessage.sign(KEY, gen.anyLong(), gen.name(), data).wire();
  }

  private static List<MessageId> ids(Gen gen, int max) {
    var ids = new ArrayList<MessageId>();
    for (int i = gen.between(0, max); i > 0; i--) {
      ids.add(MessageId.of(gen.bytes(gen.between(0, 46))));
    }
    return ids;
  }

  private static List<Rpc> decodeAll(List<byte[]> encoded) throws PeerViolationException {
    var rpcs = new ArrayList<Rpc>();
    for (byte[] each : encoded) {
      rpcs.add(RpcCodec.decode(each));
    }
    return rpcs;
  }

  /// All elements of RPCs, by kind and in their order.
  private static String text(List<Rpc> rpcs) {
    var text = new StringBuilder();
    rpcs.forEach(rpc -> rpc.subscriptions().forEach(text::append));
    rpcs.forEach(rpc -> rpc.messages().forEach(it -> text.append(Arrays.hashCode(it.encoded()))));
    rpcs.forEach(rpc -> rpc.ihaves().forEach(text::append));
    rpcs.forEach(rpc -> rpc.iwants().forEach(text::append));
    rpcs.forEach(rpc -> rpc.grafts().forEach(text::append));
    rpcs.forEach(rpc -> rpc.prunes().forEach(text::append));
    return text.toString();
  }
}
