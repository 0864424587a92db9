package lockstep.sync;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.TimeSource;
import lockstep.p2p.Deadline;
import lockstep.p2p.PeerStream;

/// The short codes that this device has made: the inviter's side of `/lockstep/spoken/1.0.0`. In
/// memory. A code takes part in one exchange, whatever comes of it, so it can be guessed at once.
/// Thread-safe.
final class SpokenServer {
  static final String PROTOCOL = "/lockstep/spoken/1.0.0";

  /// How long a code can be used.
  static final Duration VALIDITY = Duration.ofMinutes(10);

  /// Codes that hold at once.
  static final int CODES_MAX = 16;

  /// Exchanges at once; whoever comes beside them is sent away without a word.
  private static final int SESSIONS_MAX = 8;

  /// For a whole exchange.
  private static final Duration SESSION_TIME = Duration.ofSeconds(30);

  private static final int HELLO_MAX = 64;

  private final PeerId self;
  private final String device;
  private final TimeSource time;
  private final Entropy entropy;
  private final EventHub events;
  private final Semaphore sessions = new Semaphore(SESSIONS_MAX);
  private final Map<Integer, Held> codes = new LinkedHashMap<>(); // by number

  /// A code and what it stands for.
  ///
  /// @param folder its name
  /// @param invitation as text
  /// @param withdrawal ends that invitation
  /// @param until monotonic nanoseconds
  private record Held(
      SpokenCode code, String folder, String invitation, Withdrawal withdrawal, long until) {}

  /// Ends an invitation that can be of no use any more.
  interface Withdrawal {
    void run() throws IOException;
  }

  /// @param device this one's name, told to whoever asks while there is a code
  SpokenServer(PeerId self, String device, TimeSource time, Entropy entropy, EventHub events) {
    this.self = self;
    this.device = device;
    this.time = time;
    this.entropy = entropy;
    this.events = events;
  }

  /// Makes a code for an invitation.
  synchronized SpokenCode hold(String folder, String invitation, Withdrawal withdrawal)
      throws UserException {
    forgetExpired();
    if (codes.size() >= CODES_MAX) {
      throw new UserException(
          "cannot make another short code",
          CODES_MAX + " short codes hold already",
          "wait some minutes, or make a whole invitation: lockstep invite " + folder);
    }
    int number = 1 + (entropy.bytes(1)[0] & 0xff) % SpokenCode.NUMBER_MAX;
    while (codes.containsKey(number)) number = 1 + number % SpokenCode.NUMBER_MAX;
    SpokenCode code = SpokenCode.fresh(number, entropy);
    long until = time.monotonicNanos() + VALIDITY.toNanos();
    codes.put(number, new Held(code, folder, invitation, withdrawal, until));
    return code;
  }

  private void forgetExpired() {
    codes.values().removeIf(held -> time.monotonicNanos() - held.until() >= 0);
  }

  private synchronized List<Integer> numbers() {
    forgetExpired();
    return List.copyOf(codes.keySet());
  }

  private synchronized boolean isHere(int number) {
    forgetExpired();
    return codes.containsKey(number);
  }

  private synchronized Optional<Held> take(int number) {
    forgetExpired();
    return Optional.ofNullable(codes.remove(number));
  }

  private synchronized void giveBack(Held held) {
    codes.putIfAbsent(held.code().number(), held);
  }

  void serve(PeerStream stream) throws IOException {
    if (!sessions.tryAcquire()) return;
    try (var _ = Deadline.after(SESSION_TIME, stream::reset)) {
      InputStream in = JoinProtocol.buffered(stream);
      int number = SpokenMessages.readHello(Frames.read(in, HELLO_MAX));
      if (number == 0) {
        Frames.write(stream.output(), SpokenMessages.open(device, numbers()));
        return;
      }
      boolean isHere = isHere(number);
      Frames.write(stream.output(), SpokenMessages.here(isHere));
      if (isHere) exchange(stream, in, number);
    } finally {
      sessions.release();
    }
  }

  private void exchange(PeerStream stream, InputStream in, int number) throws IOException {
    byte[] first = Frames.read(in, SpokenMessages.MESSAGE_MAX);
    Optional<Held> taken = take(number);
    if (taken.isEmpty()) return;
    Held held = taken.get();
    var exchange = new SpokenExchange.Inviter(held.code(), self, stream.peer(), entropy);
    byte[] offer;
    try {
      offer = exchange.offer(first);
    } catch (PeerViolationException nothingTried) {
      giveBack(held);
      throw nothingTried;
    }
    boolean used = false;
    try {
      Frames.write(stream.output(), offer);
      byte[] proof = Frames.read(in, SpokenMessages.MESSAGE_MAX);
      byte[] invitation = held.invitation().getBytes(StandardCharsets.US_ASCII);
      Optional<byte[]> sealed = exchange.sealed(proof, invitation);
      used = sealed.isPresent();
      if (used) Frames.write(stream.output(), sealed.get());
    } finally {
      if (used) tell("short-code-used", held, stream.peer(), "it has brought an invitation");
      else burn(held, stream.peer());
    }
  }

  private void burn(Held held, PeerId peer) throws IOException {
    tell(
        "short-code-burnt",
        held,
        peer,
        "somebody tried a wrong code, or broke off: make a new one, lockstep invite "
            + held.folder()
            + " --spoken");
    held.withdrawal().run();
  }

  private void tell(String type, Held held, PeerId peer, String what) {
    events.tell(
        type,
        Optional.of(held.folder()),
        Optional.empty(),
        Optional.of(peer),
        Map.of("number", "" + held.code().number(), "what", what));
  }
}
