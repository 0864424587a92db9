package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.params.ParameterizedTest;

/// Two sessions joined by two byte queues, driven at random: whatever the order of opening,
/// sending, reading, half-closing, resetting and delivery in arbitrary pieces, every stream that
/// was not reset delivers exactly what was sent, and at the end nothing is remembered.
class YamuxPropertyTest {
  private static final int STREAMS_MAX = 12;

  private final List<Pipe> pipes = new ArrayList<>();

  /// One end of a stream: what its user sent and read.
  private static final class Half {
    final YamuxEnd end;
    final YamuxStream stream;
    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    final ByteArrayOutputStream read = new ByteArrayOutputStream();

    Half(YamuxEnd end, YamuxStream stream) {
      this.end = end;
      this.stream = stream;
    }

    boolean ended() throws IOException {
      return stream.atEnd();
    }
  }

  private static final class Pipe {
    /// The half that opened the stream, then the other one once it is there.
    final List<Half> halves = new ArrayList<>();

    boolean reset;
  }

  @ParameterizedTest
  @SeedSource(count = 60)
  void every_stream_delivers_exactly_what_was_sent(long seed) throws IOException {
    var gen = new Gen(seed);
    var dialer = new YamuxEnd(true, Limits.DEFAULT);
    var listener = new YamuxEnd(false, Limits.DEFAULT);
    var byId = new HashMap<Integer, Pipe>();
    for (int step = 0; step < 600; step++) {
      long now = step * 1_000_000L;
      dialer.now = now;
      listener.now = now;
      switch (gen.between(0, 9)) {
        case 0 -> open(gen.chance(50) ? dialer : listener, byId);
        case 1, 2, 3 -> send(gen);
        case 4, 5 -> read(gen);
        case 6 -> finish(gen);
        case 7 -> deliver(gen, dialer, listener, byId);
        case 8 -> deliver(gen, listener, dialer, byId);
        default -> reset(gen);
      }
      checkWindows(dialer, listener);
    }
    drain(gen, dialer, listener, byId);
    for (var pipe : pipes) {
      if (!pipe.reset) check(pipe);
    }
    assertThat(dialer.session.streamCount()).isZero();
    assertThat(listener.session.streamCount()).isZero();
    assertThat(dialer.budget.used()).isZero();
    assertThat(listener.budget.used()).isZero();
  }

  private void open(YamuxEnd end, Map<Integer, Pipe> byId) throws IOException {
    if (pipes.size() == STREAMS_MAX) return;
    var stream = end.session.open(end.now);
    var pipe = new Pipe();
    pipe.halves.add(new Half(end, stream));
    pipes.add(pipe);
    byId.put(stream.id, pipe);
  }

  private Half anyHalf(Gen gen) {
    var pipe = gen.pick(pipes);
    return gen.pick(pipe.halves);
  }

  private void send(Gen gen) {
    if (pipes.isEmpty()) return;
    var half = anyHalf(gen);
    if (half.stream.finSent || half.stream.failure != null) return;
    byte[] bytes = gen.bytes(gen.between(1, 120_000));
    int count = half.end.session.send(half.stream, bytes, 0, bytes.length);
    half.sent.write(bytes, 0, count);
    if (gen.chance(50)) half.end.session.flush();
  }

  private void read(Gen gen) {
    if (pipes.isEmpty()) return;
    var half = anyHalf(gen);
    int count = gen.between(0, half.stream.inbox.run());
    half.read.write(half.stream.inbox.array(), half.stream.inbox.head(), count);
    half.end.session.consume(half.stream, count, half.end.now);
  }

  private void finish(Gen gen) {
    if (pipes.isEmpty() || gen.chance(50)) return;
    var half = anyHalf(gen);
    half.end.session.finish(half.stream);
  }

  private void reset(Gen gen) {
    if (pipes.isEmpty() || gen.chance(95)) return;
    var pipe = gen.pick(pipes);
    var half = gen.pick(pipe.halves);
    pipe.reset = true;
    half.end.session.reset(half.stream, "at random");
  }

  /// Moves a random part of what is on the wire, cut at random.
  private void deliver(Gen gen, YamuxEnd from, YamuxEnd to, Map<Integer, Pipe> byId)
      throws IOException {
    if (gen.chance(50)) from.session.flush();
    from.send();
    byte[] all = from.wire.toByteArray();
    int moved = gen.between(0, all.length);
    for (int at = 0; at < moved; ) {
      int piece = Math.min(moved - at, gen.between(1, 70_000));
      to.session.receive(all, at, piece, to.now);
      at += piece;
    }
    from.wire.reset();
    from.wire.write(all, moved, all.length - moved);
    accept(to, byId);
  }

  private static void accept(YamuxEnd to, Map<Integer, Pipe> byId) {
    for (var s = to.session.nextInbound(); s != null; s = to.session.nextInbound()) {
      to.session.accepted(s);
      Objects.requireNonNull(byId.get(s.id)).halves.add(new Half(to, s));
    }
  }

  private void drain(Gen gen, YamuxEnd dialer, YamuxEnd listener, Map<Integer, Pipe> byId)
      throws IOException {
    for (int quiet = 0; quiet < 3; quiet++) {
      for (int i = 0; i < 40; i++) {
        for (var pipe : pipes) {
          for (var half : pipe.halves) {
            half.read.writeBytes(half.end.read(half.stream));
            half.end.session.finish(half.stream);
          }
        }
        dialer.session.flush();
        listener.session.flush();
        deliver(gen, dialer, listener, byId);
        deliver(gen, listener, dialer, byId);
      }
    }
    for (var end : List.of(dialer, listener)) {
      var other = end.equals(dialer) ? listener : dialer;
      end.session.flush();
      end.send();
      other.receive(end.wire.toByteArray());
      end.wire.reset();
      accept(other, byId);
    }
    for (var pipe : pipes) {
      for (var half : pipe.halves) {
        half.read.writeBytes(half.end.read(half.stream));
        half.end.session.finish(half.stream);
      }
    }
    dialer.send();
    listener.receive(dialer.wire.toByteArray());
    listener.send();
    dialer.receive(listener.wire.toByteArray());
  }

  private void check(Pipe pipe) throws IOException {
    assertThat(pipe.halves).hasSize(2);
    var opener = pipe.halves.getFirst();
    var acceptor = pipe.halves.getLast();
    assertThat(Arrays.equals(acceptor.read.toByteArray(), opener.sent.toByteArray())).isTrue();
    assertThat(Arrays.equals(opener.read.toByteArray(), acceptor.sent.toByteArray())).isTrue();
    assertThat(opener.ended()).isTrue();
    assertThat(acceptor.ended()).isTrue();
  }

  private void checkWindows(YamuxEnd dialer, YamuxEnd listener) {
    for (var pipe : pipes) {
      for (var half : pipe.halves) {
        var stream = half.stream;
        assertThat(stream.credit).isNotNegative();
        int toCome = stream.removed ? 0 : stream.credit + stream.arriving;
        assertThat(toCome + stream.inbox.size()).isLessThanOrEqualTo(stream.window);
      }
    }
    assertThat(dialer.budget.used()).isNotNegative();
    assertThat(listener.budget.used()).isNotNegative();
  }
}
