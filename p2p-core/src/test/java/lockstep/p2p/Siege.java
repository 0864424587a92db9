package lockstep.p2p;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import lockstep.testkit.Gen;

/// A host under attack: short of patience, so that tests are quick, and with an honest peer that
/// was connected before and must notice nothing.
public final class Siege implements AutoCloseable {
  static final String ECHO = "/siege/echo/1.0.0";

  /// A protocol whose handler answers nothing and stays until the stream ends.
  static final String STUCK = "/siege/stuck/1.0.0";

  /// A protocol whose handler never reads.
  static final String DEAF = "/siege/deaf/1.0.0";

  /// A protocol whose handler writes without end.
  static final String FIREHOSE = "/siege/firehose/1.0.0";

  static final Limits LIMITS = quick();

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Released by each handler of [#FIREHOSE] when its stream has failed.
  final Semaphore firehosesStopped = new Semaphore(0);

  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger stuck = new AtomicInteger();
  private final AtomicInteger firehoses = new AtomicInteger();
  private final PeerNetwork host = Hosts.open(LIMITS);
  private final PeerNetwork honest = Hosts.open(Limits.DEFAULT);

  Siege() throws IOException {
    host.handle(ECHO, stream -> stream.input().transferTo(stream.output()));
    host.handle(STUCK, this::waitForTheEnd);
    host.handle(DEAF, stream -> over.await());
    host.handle(FIREHOSE, this::writeForever);
    host.relayAmong(new OpenCircle(honest.self()));
    honest.connect(host.self(), host.addresses(), PATIENCE);
  }

  int port() {
    String address = host.addresses().getFirst().toString();
    return Integer.parseInt(address.split("/")[4]);
  }

  PeerNetwork host() {
    return host;
  }

  /// The honest peer's connection has lived through it all and carries data; a new peer gets in.
  void assertOthersAreServed() throws IOException {
    assertThat(host.peers()).extracting(PeerInfo::peer).contains(honest.self());
    assertEcho(honest);
    try (PeerNetwork newcomer = Hosts.open(Limits.DEFAULT)) {
      newcomer.connect(host.self(), host.addresses(), PATIENCE);
      assertEcho(newcomer);
    }
  }

  private void assertEcho(PeerNetwork peer) throws IOException {
    byte[] sent = new Gen(1).bytes(Yamux.INITIAL_WINDOW); // fits the window: one thread is enough
    try (PeerStream stream = peer.open(host.self(), ECHO)) {
      stream.output().write(sent);
      stream.closeWrite();
      assertThat(stream.input().readAllBytes()).isEqualTo(sent);
    }
  }

  /// How many handlers of [#STUCK] run now.
  int stuck() {
    return stuck.get();
  }

  private void waitForTheEnd(PeerStream stream) throws IOException {
    stuck.incrementAndGet();
    try {
      stream.input().transferTo(OutputStream.nullOutputStream());
    } finally {
      stuck.decrementAndGet();
    }
  }

  /// How many handlers of [#FIREHOSE] run now.
  int firehoses() {
    return firehoses.get();
  }

  private void writeForever(PeerStream stream) throws IOException {
    firehoses.incrementAndGet();
    try {
      while (true) {
        stream.output().write(new byte[1 << 16]);
      }
    } finally {
      firehoses.decrementAndGet();
      firehosesStopped.release();
    }
  }

  /// Bytes of heap in use after a collection.
  public static long heapUsed() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /// How many threads this JVM has, virtual ones too, as seen from outside.
  public static int threads() throws IOException, InterruptedException {
    Path dump = Files.createTempDirectory("threads").resolve("dump.json");
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String self = Long.toString(ProcessHandle.current().pid());
    try {
      Process process =
          new ProcessBuilder(jcmd, self, "Thread.dump_to_file", "-format=json", dump.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
      assertThat(process.waitFor()).as(said).isZero();
      return Files.readString(dump).split("\"tid\"", -1).length - 1;
    } finally {
      Files.deleteIfExists(dump);
      Files.delete(dump.getParent());
    }
  }

  private static Limits quick() {
    Limits usual = Limits.DEFAULT;
    return new Limits(
        usual.connections(),
        usual.connectionsPerPeer(),
        usual.halfOpenHandshakes(),
        usual.halfOpenPerHost(),
        Duration.ofSeconds(3),
        Duration.ofSeconds(3),
        usual.streamsPerConnection(),
        usual.unacceptedStreams(),
        usual.memoryPerPeer(),
        usual.windowMax(),
        usual.discardMax(),
        usual.queuedControl(),
        usual.idleFrames(),
        Duration.ofSeconds(3),
        Duration.ofSeconds(1),
        Duration.ofSeconds(4),
        usual.handshakeMessageBytes(),
        usual.protocolNameBytes(),
        usual.identifyBytes(),
        usual.closeTime(),
        usual.mdnsPacketBytes(),
        usual.mdnsAddresses(),
        usual.mdnsPeers(),
        usual.mdnsHintsPerSecond(),
        usual.mdnsPause(),
        usual.relay(),
        usual.punch());
  }

  @Override
  public void close() {
    over.countDown();
    honest.close();
    host.close();
  }
}
