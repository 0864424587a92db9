package lockstep.testkit;

import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A test that declares which readers of a package are fuzzed. Each is declared once: an ordinary
/// build gives it a short run of [Fuzz], the profile `fuzz` a long one of [GuidedFuzz].
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public interface FuzzTargets {
  Stream<FuzzTarget> targets();

  @ParameterizedTest
  @MethodSource("targets")
  default void whatever_comes_is_taken_or_refused(FuzzTarget target) throws Exception {
    Integer seconds = Integer.getInteger("lockstep.fuzz.seconds");
    if (seconds == null) {
      new Fuzz(target).run();
    } else {
      GuidedFuzz.run(getClass(), target, seconds);
    }
  }
}
