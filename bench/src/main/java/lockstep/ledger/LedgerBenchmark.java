package lockstep.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Disk;
import lockstep.base.Entropy;
import lockstep.base.Node;
import lockstep.base.PrivateKey;
import lockstep.base.RelPath;
import lockstep.base.TimeSource;
import lockstep.bench.Brief;
import lockstep.recovery.AppendLog;
import lockstep.recovery.Disks;
import lockstep.testkit.Gen;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// How long it takes to state new versions of files, until that is signed, durable and seen in the
/// tree: `bench/jmh LedgerBenchmark`. Last result: docs/performance.md.
///
/// On the disk of `java.io.tmpdir`: where that lies in memory, to be durable costs nothing.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LedgerBenchmark extends Brief {
  /// How many files change at once.
  @Param({"1", "1000"})
  public int changes;

  private final Gen gen = new Gen(1);
  private List<RelPath> paths;
  private Path place;
  private Ledger ledger;
  private AppendLog log;
  private byte[] entry;

  @Setup
  public void create() throws IOException {
    paths = IntStream.range(0, changes).mapToObj(n -> RelPath.of("directory/file-" + n)).toList();
    place = Files.createTempDirectory("lockstep-ledger-");
    var home = disk("ledger");
    var key = PrivateKey.ofSeed(gen.bytes(PrivateKey.SEED_LENGTH));
    ledger = Ledger.create(home, key, "work", "device", TimeSource.system(), Entropy.system());
    log = AppendLog.open(disk("log"), "log", (_, _) -> {});
    entry = append().entries().getFirst().encoded();
  }

  private Disk disk(String name) throws IOException {
    return Disks.open(Files.createDirectory(place.resolve(name)));
  }

  @Benchmark
  public Appended append() throws IOException {
    return ledger.append(List.of(new Payload.Changes(paths.stream().map(this::change).toList())));
  }

  /// Always of the same paths, so that the tree keeps its size while the log grows.
  private Change change(RelPath path) {
    var content = new Content(4096, Blake3.fromBytes(gen.bytes(Blake3.LENGTH), 0));
    return new Change(path, new Node.File(content, 1, 0644), ledger.global().known(path));
  }

  /// The bytes of such an entry in a bare log: the line to approach.
  @Benchmark
  public long log() throws IOException {
    long position = log.append(entry);
    log.sync();
    return position;
  }

  @TearDown
  public void delete() throws IOException {
    ledger.close();
    log.close();
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
