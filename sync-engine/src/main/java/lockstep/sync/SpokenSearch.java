package lockstep.sync;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.p2p.Deadline;
import lockstep.p2p.PeerStream;

/// The joiner's side of a short code: finds the device that made it, and has it tell the
/// invitation.
///
/// Whom to ask is a matter of trust: strangers are dialled here, and nowhere else, because somebody
/// has just typed a code of a stranger. They are asked for a number that is no secret; a device
/// that is not the right one learns that number, and nothing of the words. The words are tried with
/// one device only. If two answer to the number, with none: one of them might be after the other's
/// guess.
final class SpokenSearch {
  /// Devices that are asked at most.
  private static final int ASKED_MAX = 64;

  private static final Duration SEARCH = Duration.ofSeconds(12);
  private static final Duration OTHERS = Duration.ofSeconds(3);
  private static final Duration DIAL = Duration.ofSeconds(4);
  private static final Duration EXCHANGE = Duration.ofSeconds(25);

  private final EngineOptions options;
  private final Nearby nearby;
  private final SpokenCode code;

  // Guarded by this:
  private final Set<PeerId> asked = new HashSet<>();
  private final Set<PeerId> dialled = new HashSet<>();
  private final List<PeerStream> found = new ArrayList<>();
  private int outstanding;
  private boolean over;

  SpokenSearch(EngineOptions options, Nearby nearby, SpokenCode code) {
    this.options = options;
    this.nearby = nearby;
    this.code = code;
  }

  /// The whole invitation.
  InvitationCode fetch() throws UserException, IOException {
    try {
      search();
      List<PeerStream> answered = answered();
      if (answered.size() == 1) return exchange(answered.getFirst());
      throw answered.isEmpty() ? nobody() : several();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      end();
    }
  }

  private UserException nobody() {
    return new UserException(
        "no device here answers to the number " + code.number(),
        "the code has been used or is older than ten minutes, or the two devices do not see each"
            + " other on this network",
        "have a whole invitation sent: lockstep invite FOLDER");
  }

  private UserException several() {
    return new UserException(
        "several devices answer to the number " + code.number(),
        "only one of them can have made the code, so it was tried with none",
        "ask for a new one: lockstep invite FOLDER --spoken");
  }

  // ---- Finding ---------------------------------------------------------------------------------

  private synchronized void search() throws InterruptedException {
    long end = options.time().monotonicNanos() + SEARCH.toNanos();
    while (true) {
      askWhoIsNew();
      long now = options.time().monotonicNanos();
      if (!found.isEmpty()) end = Math.min(end, now + OTHERS.toNanos());
      if (now - end >= 0 || !found.isEmpty() && outstanding == 0) return;
      TimeUnit.NANOSECONDS.timedWait(this, Math.min(end - now, Duration.ofMillis(500).toNanos()));
    }
  }

  private void askWhoIsNew() {
    var connected = new LinkedHashSet<PeerId>();
    options.network().peers().forEach(info -> connected.add(info.peer()));
    var candidates = new LinkedHashSet<>(connected);
    candidates.addAll(nearby.all());
    candidates.remove(options.network().self());
    for (PeerId peer : candidates) {
      if (asked.size() >= ASKED_MAX || !asked.add(peer)) continue;
      if (!connected.contains(peer)) dialled.add(peer);
      outstanding++;
      Thread.ofVirtual().name("spoken").start(() -> ask(peer));
    }
  }

  private void ask(PeerId peer) {
    Optional<PeerStream> stream = Optional.empty();
    try {
      options.network().connect(peer, nearby.of(peer), DIAL);
      stream = hello(options.network().open(peer, SpokenServer.PROTOCOL));
    } catch (IOException away) {
      // or it does not know of short codes: not the one, then
    }
    synchronized (this) {
      outstanding--;
      if (over) stream.ifPresent(PeerStream::reset);
      else stream.ifPresent(found::add);
      notifyAll();
    }
  }

  private Optional<PeerStream> hello(PeerStream stream) throws IOException {
    boolean isHere = false;
    try (var _ = Deadline.after(DIAL, stream::reset)) {
      Frames.write(stream.output(), SpokenMessages.hello(code.number()));
      isHere = SpokenMessages.readHere(Frames.read(stream.input(), SpokenMessages.MESSAGE_MAX));
    } finally {
      if (!isHere) stream.reset();
    }
    return isHere ? Optional.of(stream) : Optional.empty();
  }

  private synchronized List<PeerStream> answered() {
    return List.copyOf(found);
  }

  /// Leaves the strangers alone again.
  private void end() {
    Set<PeerId> strangers;
    synchronized (this) {
      over = true;
      strangers = new HashSet<>(dialled);
      found.forEach(
          stream -> {
            strangers.remove(stream.peer());
            stream.reset();
          });
    }
    strangers.forEach(options.network()::disconnect);
  }

  // ---- The exchange ----------------------------------------------------------------------------

  private InvitationCode exchange(PeerStream stream) throws UserException, IOException {
    PeerId inviter = stream.peer();
    var exchange =
        new SpokenExchange.Joiner(code, options.network().self(), inviter, options.entropy());
    Optional<byte[]> told;
    try (var _ = Deadline.after(EXCHANGE, stream::reset)) {
      InputStream in = stream.input();
      Frames.write(stream.output(), exchange.first());
      Frames.write(stream.output(), exchange.proof(Frames.read(in, SpokenMessages.MESSAGE_MAX)));
      told = exchange.open(Frames.read(in, SpokenMessages.MESSAGE_MAX));
    } catch (PeerViolationException e) {
      throw e;
    } catch (IOException refused) {
      told = Optional.empty();
    }
    InvitationCode invitation =
        InvitationCode.parse(new String(told.orElseThrow(this::wrong), StandardCharsets.US_ASCII));
    if (!invitation.inviter().equals(inviter)) {
      throw new PeerViolationException("the invitation is not of the device that told it");
    }
    return invitation;
  }

  private UserException wrong() {
    return new UserException(
        "the short code was not accepted",
        "a word of it is wrong, or another device answers to its number; it can be tried once, and"
            + " is of no use any more",
        "ask for a new one: lockstep invite FOLDER --spoken");
  }
}
