package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.base.WriterId;
import lockstep.ledger.Head;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class SyncMessageTest {

  @ParameterizedTest
  @SeedSource(count = 300)
  void what_is_encoded_decodes_to_the_same(long seed) throws PeerViolationException {
    var gen = new Gen(seed);
    for (SyncMessage message : List.of(hello(gen), status(gen), new SyncMessage.Refused("no"))) {
      assertThat(SyncMessage.decode(message.encoded())).isEqualTo(message);
    }
    var entries = new SyncMessage.Entries(List.of(gen.bytes(3), gen.bytes(300)), gen.chance(50));
    var read = (SyncMessage.Entries) SyncMessage.decode(entries.encoded());
    assertThat(read.entries().get(1)).isEqualTo(entries.entries().get(1));
    assertThat(read.more()).isEqualTo(entries.more());
  }

  /// Versions that do not know what may be asked of others left it out, and later ones may ask for
  /// more.
  @Test
  void what_an_earlier_or_a_later_version_wants_is_as_if_it_had_said_nothing()
      throws PeerViolationException {
    assertThat(pushOf(new ProtoWriter())).isEqualTo(SyncMessage.Push.UNSAID);
    for (long wanted : new long[] {3, 7, -1, Long.MIN_VALUE}) {
      assertThat(pushOf(new ProtoWriter().varint(7, wanted))).isEqualTo(SyncMessage.Push.UNSAID);
    }
  }

  private static SyncMessage.Push pushOf(ProtoWriter body) throws PeerViolationException {
    byte[] bytes = new ProtoWriter().message(4, body.varint(3, 5)).toBytes();
    return ((SyncMessage.Status) SyncMessage.decode(bytes)).push();
  }

  @ParameterizedTest
  @SeedSource(count = 2000)
  void hostile_bytes_are_a_violation_and_nothing_worse(long seed) {
    var gen = new Gen(seed);
    byte[] bytes = gen.chance(50) ? gen.bytes(gen.between(0, 80)) : hello(gen).encoded();
    for (int flips = gen.between(0, 4); flips > 0 && bytes.length > 0; flips--) {
      bytes[gen.between(0, bytes.length - 1)] = (byte) gen.between(0, 255);
    }
    try {
      assertThat(SyncMessage.decode(bytes)).isNotNull();
    } catch (PeerViolationException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }

  private static SyncMessage.Hello hello(Gen gen) {
    return new SyncMessage.Hello(Blake3.fromBytes(gen.bytes(32), 0), heads(gen));
  }

  private static SyncMessage.Status status(Gen gen) {
    return new SyncMessage.Status(
        heads(gen),
        heads(gen),
        new Backlog(
            gen.between(0, 1_000_000),
            gen.between(0, Integer.MAX_VALUE),
            gen.between(0, 1_000_000),
            gen.between(0, Integer.MAX_VALUE)),
        gen.pick(List.of(SyncMessage.Push.values())));
  }

  private static List<Head> heads(Gen gen) {
    var heads = new ArrayList<Head>();
    for (int chains = gen.between(0, 4); chains > 0; chains--) {
      var writer = new WriterId(PublicKey.of(gen.bytes(32)), gen.between(0, 3));
      long sequence = gen.between(1, Integer.MAX_VALUE);
      heads.add(new Head(writer, sequence, Blake3.fromBytes(gen.bytes(32), 0)));
    }
    return heads;
  }
}
