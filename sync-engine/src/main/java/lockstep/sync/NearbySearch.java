package lockstep.sync;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import lockstep.base.PeerId;
import lockstep.p2p.Deadline;
import lockstep.p2p.PeerStream;

/// Asks the devices on this network which of them have a short code that can be used now, for
/// somebody who is about to type one. As for [SpokenSearch], strangers are dialled because a person
/// wants to meet one, and left alone again.
final class NearbySearch {
  private static final int ASKED_MAX = 64;
  private static final Duration DIAL = Duration.ofSeconds(3);

  private final EngineOptions options;
  private final Nearby nearby;

  NearbySearch(EngineOptions options, Nearby nearby) {
    this.options = options;
    this.nearby = nearby;
  }

  /// Who has answered within some seconds, by name.
  List<NearbyInvitation> run() throws InterruptedException {
    var connected = new HashSet<PeerId>();
    options.network().peers().forEach(info -> connected.add(info.peer()));
    var asked = new LinkedHashSet<>(connected);
    asked.addAll(nearby.all());
    asked.remove(options.network().self());
    List<Callable<List<NearbyInvitation>>> questions =
        asked.stream()
            .limit(ASKED_MAX)
            .map(peer -> (Callable<List<NearbyInvitation>>) () -> ask(peer))
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return answers(threads.invokeAll(questions, 2 * DIAL.toMillis(), TimeUnit.MILLISECONDS));
    } finally {
      leaveAlone(asked, connected);
    }
  }

  private static List<NearbyInvitation> answers(List<Future<List<NearbyInvitation>>> all)
      throws InterruptedException {
    var found = new ArrayList<NearbyInvitation>();
    for (Future<List<NearbyInvitation>> one : all) {
      try {
        found.addAll(one.get());
      } catch (ExecutionException | CancellationException silent) {
        // away, or no Lockstep, or one that does not know of this
      }
    }
    found.sort(
        Comparator.comparing(NearbyInvitation::device)
            .thenComparing(NearbyInvitation::peer)
            .thenComparing(NearbyInvitation::number));
    return found;
  }

  private void leaveAlone(Set<PeerId> asked, Set<PeerId> connected) {
    asked.stream().filter(peer -> !connected.contains(peer)).forEach(options.network()::disconnect);
  }

  private List<NearbyInvitation> ask(PeerId peer) throws IOException {
    options.network().connect(peer, nearby.of(peer), DIAL);
    PeerStream stream = options.network().open(peer, SpokenServer.PROTOCOL);
    try (var _ = Deadline.after(DIAL, stream::reset)) {
      Frames.write(stream.output(), SpokenMessages.helloToAll());
      byte[] answer = Frames.read(stream.input(), SpokenMessages.MESSAGE_MAX);
      SpokenMessages.Open open = SpokenMessages.readOpen(answer);
      return open.numbers().stream()
          .map(number -> new NearbyInvitation(peer, open.device(), number))
          .toList();
    } finally {
      stream.reset();
    }
  }
}
