package lockstep.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lockstep.base.PeerId;

/// A js-libp2p host in a node process of its own, driven by `peer.js`: a command is a line of
/// fields parted by tabs, and so is the answer. The process ends when its stdin does, that is at
/// the latest with this JVM.
public final class JsPeer implements AutoCloseable {
  private static final int SECONDS_MAX = 60;
  private static final String GONE = "error\tthe node process has ended";

  private final Process process;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final StringBuffer noise = new StringBuffer();

  private JsPeer(Process process) {
    this.process = process;
  }

  /// Starts a host that listens on a free loopback port.
  public static JsPeer start() throws IOException, InterruptedException {
    var node = new ProcessBuilder("node", "peer.js");
    node.directory(NodePackages.install().toFile()).redirectErrorStream(true);
    var peer = new JsPeer(node.start());
    Thread.ofVirtual().start(peer::readAnswers);
    return peer;
  }

  /// Where it listens, with its peer id.
  public Multiaddr address() throws IOException, InterruptedException {
    return Multiaddr.parse(call("address").getFirst());
  }

  public PeerId id() throws IOException, InterruptedException {
    return address().peerId().orElseThrow();
  }

  /// Runs one command of `peer.js` to its end and returns the fields of the answer.
  ///
  /// @throws IOException with the stack trace of js if the command failed there
  public List<String> call(Object... command) throws IOException, InterruptedException {
    var line = new StringBuilder();
    for (Object field : command) {
      line.append(line.isEmpty() ? "" : "\t").append(field);
    }
    process.getOutputStream().write(line.append('\n').toString().getBytes(UTF_8));
    process.getOutputStream().flush();
    return answerTo(line.toString().strip());
  }

  private List<String> answerTo(String command) throws IOException, InterruptedException {
    String answer = answers.poll(SECONDS_MAX, TimeUnit.SECONDS);
    if (answer == null) {
      answer = "error\tno answer in " + SECONDS_MAX + " s";
    }
    List<String> fields = List.of(answer.split("\t", -1));
    if (!fields.getFirst().equals("ok")) {
      throw new IOException("js-libp2p, " + command + ": " + fields.getLast() + "\n" + noise);
    }
    return fields.subList(1, fields.size());
  }

  /// Answers begin with `ok` or `error`; all else is what node itself has to complain of.
  private void readAnswers() {
    try (var lines = process.inputReader(UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.startsWith("ok") || line.startsWith("error\t")) {
          answers.add(line);
        } else {
          noise.append(line).append('\n');
        }
      }
    } catch (IOException e) {
      noise.append(e);
    }
    answers.add(GONE);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
