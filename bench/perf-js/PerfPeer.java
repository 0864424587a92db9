import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.p2p.Libp2pNetwork;
import lockstep.p2p.Limits;
import lockstep.p2p.Multiaddr;
import lockstep.p2p.PeerNetwork;
import lockstep.p2p.PeerStream;

/// A Lockstep host that answers and measures `/perf/1.0.0`, driven by the line protocol of
/// `peer.js`: `address`, `dial`, `perf`. Ends with its stdin.
final class PerfPeer {
  private static final byte[] ZEROS = new byte[64 * 1024];

  public static void main(String[] args) throws IOException {
    var options =
        new Libp2pNetwork.Options(
            PrivateKey.generate(Entropy.system()),
            List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")),
            "lockstep/perf",
            true,
            Limits.DEFAULT,
            TimeSource.system(),
            Entropy.system());
    try (PeerNetwork network = Libp2pNetwork.open(options);
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      network.welcome();
      for (String line; (line = lines.readLine()) != null; ) {
        System.out.println(answer(network, line.split("\t")));
      }
    }
    System.exit(0);
  }

  private static String answer(PeerNetwork network, String[] command) {
    try {
      return "ok\t"
          + switch (command[0]) {
            case "address" -> network.addresses().getFirst();
            case "dial" -> dial(network, command[1]);
            case "perf" ->
                seconds(
                    network,
                    PeerId.parse(command[1]),
                    Long.parseLong(command[2]),
                    Long.parseLong(command[3]));
            default -> throw new IOException("unknown command " + command[0]);
          };
    } catch (IOException e) {
      return "error\t" + e;
    }
  }

  private static PeerId dial(PeerNetwork network, String address) throws IOException {
    PeerId peer = PeerId.parse(address.substring(address.lastIndexOf('/') + 1));
    return network.connect(peer, List.of(Multiaddr.parse(address)), Duration.ofSeconds(10)).peer();
  }

  private static double seconds(PeerNetwork network, PeerId peer, long upload, long download)
      throws IOException {
    long start = System.nanoTime();
    try (PeerStream stream = network.open(peer, "/perf/1.0.0")) {
      stream.output().write(ByteBuffer.allocate(8).putLong(download).array());
      for (long left = upload; left > 0; left -= ZEROS.length) {
        stream.output().write(ZEROS, 0, (int) Math.min(left, ZEROS.length));
      }
      stream.closeWrite();
      byte[] buffer = new byte[ZEROS.length];
      for (long left = download; left > 0; ) {
        int read = stream.input().read(buffer);
        if (read < 0) {
          throw new EOFException(left + " bytes missing of " + download);
        }
        left -= read;
      }
      if (stream.input().read() != -1) {
        throw new IOException("more came back than the " + download + " bytes asked for");
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
