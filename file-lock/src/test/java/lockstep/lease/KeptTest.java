package lockstep.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import lockstep.base.CorruptStoreException;
import lockstep.base.ProtoWriter;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class KeptTest {
  @ParameterizedTest
  @SeedSource(count = 200)
  void what_is_kept_is_read_as_it_was_written(long seed) throws Exception {
    Kept kept = new LeaseGen(seed).kept();

    assertThat(Kept.decode(kept.encode())).isEqualTo(kept);
  }

  @ParameterizedTest
  @SeedSource(count = 100)
  void damage_ends_in_a_corrupt_store_and_in_nothing_else(long seed) {
    var gen = new Gen(seed);
    byte[] bytes = new LeaseGen(seed).kept().encode();
    byte[] damaged = Arrays.copyOf(bytes, gen.between(0, bytes.length));
    for (int i = gen.between(0, 3); i > 0 && damaged.length > 0; i--) {
      damaged[gen.between(0, damaged.length - 1)] = gen.bytes(1)[0];
    }
    try {
      assertThat(Kept.decode(damaged)).isNotNull();
    } catch (CorruptStoreException e) {
      assertThat(e).hasMessageContaining("a lock in the journal is damaged");
    }
  }

  @Test
  void only_a_claim_can_have_been_promised() {
    SignedMessage ask = LeaseGen.sign(new LeaseMessage.Ask(RelPath.of("a"), ""));
    Kept promised = new Kept(RelPath.of("a"), 1, Optional.of(ask), Optional.empty(), List.of());
    Kept broken = new Kept(RelPath.of("a"), 1, Optional.empty(), Optional.empty(), List.of(ask));

    for (Kept wrong : List.of(promised, broken)) {
      assertThatThrownBy(() -> Kept.decode(wrong.encode()))
          .isInstanceOf(CorruptStoreException.class)
          .hasMessageContaining("no claim");
    }
  }

  @Test
  void what_a_newer_version_kept_is_refused_and_its_fields_are_passed_over() throws Exception {
    byte[] newer = new ProtoWriter().varint(1, 2).string(2, "a").varint(3, 1).toBytes();
    byte[] more =
        new ProtoWriter().varint(1, 1).string(2, "a").varint(3, 4).varint(99, 1).toBytes();

    assertThatThrownBy(() -> Kept.decode(newer))
        .isInstanceOf(CorruptStoreException.class)
        .hasMessageContaining("newer version");
    assertThat(Kept.decode(more)).isEqualTo(Kept.ofEpoch(RelPath.of("a"), 4));
  }
}
