package lockstep.sync;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.RelPath;
import lockstep.bench.Brief;
import lockstep.testkit.Gen;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.infra.Blackhole;

/// What it takes to decide what a path needs, whatever stands in the three trees: `bench/jmh
/// PlannerBenchmark`. An operation is one path. Last result: docs/performance.md.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PlannerBenchmark extends Brief {
  private static final int PATHS = 1 << 10;

  private record Case(RelPath path, Node global, Node disk, Applied applied) {}

  private final Gen gen = new Gen(1);

  private final List<Node> nodes =
      List.of(
          file(1),
          file(2),
          file(3),
          Node.ABSENT,
          new Node.Directory(0755),
          new Node.Directory(0700),
          new Node.Symlink("there"));

  private final List<Case> cases = Stream.generate(this::drawn).limit(PATHS).toList();

  private static Node file(long number) {
    return new Node.File(new Content(1, new Blake3(number, 0, 0, 0)), number, 0644);
  }

  private Case drawn() {
    var applied = Applied.exactly(gen.pick(nodes));
    return new Case(RelPath.of(gen.path(4)), gen.pick(nodes), gen.pick(nodes), applied);
  }

  @Benchmark
  @OperationsPerInvocation(PATHS)
  public void decide(Blackhole decisions) {
    for (Case at : cases) {
      decisions.consume(Planner.decide(at.path, at.global, at.disk, at.applied));
    }
  }
}
