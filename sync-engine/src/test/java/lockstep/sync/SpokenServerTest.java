package lockstep.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.TimeSource;
import lockstep.p2p.PeerStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of a code, whatever somebody says to it.
class SpokenServerTest {
  private static final PeerId ANA = peer(1);
  private static final PeerId BEN = peer(2);

  private final Clock clock = new Clock();
  private final SpokenServer server =
      new SpokenServer(ANA, "ana", clock, Entropy.system(), new EventHub(clock));
  private SpokenCode code;
  private boolean withdrawn;

  private static PeerId peer(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return new PeerId(PrivateKey.ofSeed(seed).publicKey());
  }

  @BeforeEach
  void hold() throws UserException {
    code = server.hold("work", "2INVITATION", () -> withdrawn = true);
  }

  /// Says these messages and hangs up.
  private void say(byte[]... messages) throws IOException {
    var said = new ByteArrayOutputStream();
    for (byte[] message : messages) Frames.write(said, message);
    server.serve(new Said(new ByteArrayInputStream(said.toByteArray())));
  }

  /// Asks for the number and hangs up.
  private boolean isHere() throws IOException {
    var said = new ByteArrayOutputStream();
    Frames.write(said, SpokenMessages.hello(code.number()));
    var stream = new Said(new ByteArrayInputStream(said.toByteArray()));
    try {
      server.serve(stream);
    } catch (EOFException hungUp) {
      // while it was here, more was waited for
    }
    byte[] answer = Frames.read(new ByteArrayInputStream(stream.heard.toByteArray()), 100);
    return SpokenMessages.readHere(answer);
  }

  @Test
  void it_holds_for_ten_minutes() throws Exception {
    clock.passes(SpokenServer.VALIDITY.minusSeconds(1));
    assertThat(isHere()).isTrue();

    clock.passes(Duration.ofSeconds(1));
    assertThat(isHere()).isFalse();
  }

  @Test
  void asking_for_the_number_uses_nothing_up() throws Exception {
    for (int i = 0; i < 100; i++) assertThat(isHere()).isTrue();

    assertThat(withdrawn).isFalse();
  }

  @Test
  void what_is_no_first_message_tries_nothing() throws Exception {
    byte[] hello = SpokenMessages.hello(code.number());

    assertThatThrownBy(() -> say(hello, new byte[] {1, 2, 3}))
        .isInstanceOf(PeerViolationException.class);
    assertThatThrownBy(() -> say(hello, new byte[SpokenMessages.MESSAGE_MAX + 1]))
        .isInstanceOf(PeerViolationException.class);

    assertThat(isHere()).isTrue();
    assertThat(withdrawn).isFalse();
  }

  /// Or somebody could try again and again, and hang up in time.
  @Test
  void whoever_breaks_off_has_used_it_up() throws Exception {
    var joiner = new SpokenExchange.Joiner(code, BEN, ANA, Entropy.system());

    assertThatThrownBy(() -> say(SpokenMessages.hello(code.number()), joiner.first()))
        .isInstanceOf(IOException.class);

    assertThat(isHere()).isFalse();
    assertThat(withdrawn).isTrue();
  }

  @Test
  void two_codes_have_two_numbers() throws Exception {
    SpokenCode other = server.hold("work", "2OTHER", () -> {});

    assertThat(other.number()).isNotEqualTo(code.number());
  }

  private static final class Clock implements TimeSource {
    private long now = Long.MAX_VALUE - 1_000; // overflows on the way

    void passes(Duration time) {
      now += time.toNanos();
    }

    @Override
    public Instant wallTime() {
      return Instant.EPOCH;
    }

    @Override
    public long monotonicNanos() {
      return now;
    }
  }

  /// A stream on which everything was said already.
  private static final class Said implements PeerStream {
    final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final InputStream said;

    Said(InputStream said) {
      this.said = said;
    }

    @Override
    public PeerId peer() {
      return BEN;
    }

    @Override
    public String protocol() {
      return SpokenServer.PROTOCOL;
    }

    @Override
    public boolean isLocal() {
      return true;
    }

    @Override
    public InputStream input() {
      return said;
    }

    @Override
    public OutputStream output() {
      return heard;
    }

    @Override
    public void closeWrite() {}

    @Override
    public void reset() {}

    @Override
    public void close() {}
  }
}
