package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import lockstep.base.RelPath;
import org.junit.jupiter.api.Test;

class StepTest {
  @Test
  void what_is_in_doubt_reads_back_also_if_that_is_all() throws Exception {
    for (var roots : List.of(Set.of(RelPath.ROOT), Set.of(RelPath.of("a/b"), RelPath.of("c")))) {
      assertThat(Step.Doubted.decode(new Step.Doubted(roots).encoded())).isEqualTo(roots);
    }
  }
}
