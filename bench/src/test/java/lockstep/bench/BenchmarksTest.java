package lockstep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Predicate;
import lockstep.base.HashBenchmark.Kernel;
import lockstep.p2p.CipherBenchmark.Cipher;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Benchmarks are run by hand, now and then; this keeps them from rotting meanwhile. How long they
/// take is nobody's business here.
class BenchmarksTest {
  @Test
  void every_benchmark_runs() throws RunnerException {
    Options once =
        new OptionsBuilder()
            .mode(Mode.SingleShotTime)
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .param("kernel", here(Kernel.values(), Kernel::isHere))
            .param("cipher", here(Cipher.values(), Cipher::isHere))
            .build();

    var results = new Runner(once).run();

    assertThat(results)
        .extracting(RunResult::getParams)
        .extracting(params -> params.getBenchmark().replaceFirst(".*\\.(.*)\\..*", "$1"))
        .contains(
            "HashBenchmark",
            "ChunkerBenchmark",
            "CipherBenchmark",
            "YamuxBenchmark",
            "LedgerBenchmark",
            "PlannerBenchmark");
    assertThat(results).allMatch(run -> run.getPrimaryResult().getSampleCount() == 1);
  }

  private static <T extends Enum<T>> String[] here(T[] all, Predicate<T> isHere) {
    return Arrays.stream(all).filter(isHere).map(Enum::name).toArray(String[]::new);
  }
}
