package lockstep.p2p;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lockstep.base.PeerId;

/// Throughput and latency of one connection between two processes over loopback. Not a test: run
/// its main with `serve`, then with the address that prints (and the number of streams).
///
/// Last result (2 slow cores shared by both processes, JDK 25): see docs/performance.md.
final class LoopbackBench {
  private static final int BUFFER = 128 << 10;

  private LoopbackBench() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("serve")) {
      serve();
    } else {
      measure(Multiaddr.parse(args[0]), args.length > 1 ? Integer.parseInt(args[1]) : 1);
    }
  }

  private static void serve() throws InterruptedException {
    var host = Hosts.open(Limits.DEFAULT);
    host.handle("/sink/1", stream -> drain(stream.input()));
    host.handle(
        "/answer/1",
        stream -> {
          stream.output().write(stream.input().readAllBytes());
        });
    System.out.println(host.addresses().getFirst());
    TimeUnit.HOURS.sleep(1);
  }

  private static void measure(Multiaddr address, int streams) throws Exception {
    try (var host = Hosts.open(Limits.DEFAULT)) {
      var peer = address.peerId().orElseThrow();
      host.connect(peer, List.of(address), Hosts.SOON);
      for (int round = 0; round < 6; round++) {
        long start = System.nanoTime();
        var threads = new Thread[streams];
        for (int i = 0; i < streams; i++) {
          threads[i] = Thread.startVirtualThread(() -> upload(host, peer, (2L << 30) / streams));
        }
        for (var thread : threads) {
          thread.join();
        }
        System.out.printf(
            "upload %d: %.2f GB/s%n", streams, (2L << 30) / (System.nanoTime() - start + 0.0));
      }
      for (int round = 0; round < 3; round++) {
        long start = System.nanoTime();
        download(host, peer, 2L << 30);
        System.out.printf("download: %.2f GB/s%n", (2L << 30) / (System.nanoTime() - start + 0.0));
      }
      long[] micros = new long[20_000];
      for (int i = 0; i < micros.length; i++) {
        long start = System.nanoTime();
        try (var stream = host.open(peer, "/answer/1")) {
          stream.output().write(new byte[100]);
          stream.closeWrite();
          stream.input().readAllBytes();
        }
        micros[i] = (System.nanoTime() - start) / 1000;
      }
      Arrays.sort(micros, 10_000, 20_000);
      System.out.printf("request p50 %d µs, p99 %d µs%n", micros[15_000], micros[19_900]);
      System.out.println(host.peers());
    }
  }

  private static void upload(Libp2pNetwork host, PeerId peer, long bytes) {
    byte[] buffer = new byte[BUFFER];
    try (var stream = host.open(peer, "/perf/1.0.0")) {
      stream.output().write(new byte[8]);
      for (long left = bytes; left > 0; left -= buffer.length) {
        stream.output().write(buffer);
      }
      stream.closeWrite();
      drain(stream.input());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void download(Libp2pNetwork host, PeerId peer, long bytes) throws IOException {
    try (var stream = host.open(peer, "/perf/1.0.0")) {
      stream.output().write(ByteBuffer.allocate(8).putLong(bytes).array());
      stream.closeWrite();
      drain(stream.input());
    }
  }

  private static void drain(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER];
    while (in.read(buffer) >= 0) {}
  }

  /// The line to approach: sealing and opening in place, one core.
}
