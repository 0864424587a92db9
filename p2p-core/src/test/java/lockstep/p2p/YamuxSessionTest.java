package lockstep.p2p;

import static lockstep.p2p.Yamux.ACK;
import static lockstep.p2p.Yamux.DATA;
import static lockstep.p2p.Yamux.FIN;
import static lockstep.p2p.Yamux.GO_AWAY;
import static lockstep.p2p.Yamux.INITIAL_WINDOW;
import static lockstep.p2p.Yamux.PING;
import static lockstep.p2p.Yamux.RST;
import static lockstep.p2p.Yamux.SYN;
import static lockstep.p2p.Yamux.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Objects;
import lockstep.base.PeerViolationException;
import lockstep.p2p.YamuxEnd.Frame;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamuxSessionTest {
  private static final long SECOND = 1_000_000_000;

  private final Limits limits = Limits.DEFAULT;

  /// The listening side: the peer's ids are odd.
  private final YamuxEnd end = new YamuxEnd(false, limits);

  private final YamuxSession session = end.session;

  private YamuxStream inbound(int id) throws IOException {
    end.receive(new Frame(WINDOW_UPDATE, SYN, id, 0));
    return Objects.requireNonNull(session.nextInbound());
  }

  private static void violates(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void a_stream_opens_with_a_window_update_as_in_the_example() throws Exception {
    var dialer = new YamuxEnd(true, limits);
    dialer.session.open(1);
    dialer.session.flush();
    dialer.send();
    assertThat(dialer.wire.toByteArray()).containsExactly(0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0);
  }

  @Test
  void the_acknowledgement_rides_once_on_the_first_frame_back() throws Exception {
    var stream = inbound(1);
    session.send(stream, new byte[5], 0, 5);
    session.send(stream, new byte[5], 0, 5);
    assertThat(end.frames()).containsExactly(new Frame(DATA, ACK, 1, 5), new Frame(DATA, 0, 1, 5));
  }

  @Test
  void a_ping_is_answered_once_with_its_value() throws Exception {
    end.receive(new Frame(PING, SYN, 0, 0xdeadbeef));
    assertThat(end.frames()).containsExactly(new Frame(PING, ACK, 0, 0xdeadbeef));
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "1, 0"})
  void syn_data_and_fin_may_come_in_one_frame(int type, int length) throws Exception {
    end.receive(new Frame(type, SYN | FIN, 1, length), new byte[length]);
    var stream = Objects.requireNonNull(session.nextInbound());
    assertThat(end.read(stream)).hasSize(length);
    assertThat(stream.atEnd()).isTrue();
  }

  @Nested
  class Closing {
    @Test
    void a_half_closed_stream_still_carries_data_the_other_way() throws Exception {
      var stream = inbound(1);
      session.finish(stream);
      end.receive(new Frame(DATA, 0, 1, 3), new byte[3]);
      assertThat(end.read(stream)).hasSize(3);
      assertThatThrownBy(stream::checkWritable).isInstanceOf(IOException.class);
    }

    @Test
    void the_fin_follows_all_data_and_both_fins_end_the_stream() throws Exception {
      var stream = inbound(1);
      session.send(stream, new byte[9], 0, 9);
      session.finish(stream);
      assertThat(end.frames())
          .containsExactly(new Frame(DATA, ACK, 1, 9), new Frame(WINDOW_UPDATE, FIN, 1, 0));
      assertThat(session.streamCount()).isEqualTo(1);
      end.receive(new Frame(WINDOW_UPDATE, FIN, 1, 0));
      assertThat(session.streamCount()).isZero();
    }

    @Test
    void bytes_of_an_ended_stream_can_be_read_and_count_until_they_are() throws Exception {
      var stream = inbound(1);
      end.receive(new Frame(DATA, FIN, 1, 3), new byte[3]);
      session.finish(stream);
      assertThat(session.streamCount()).isZero();
      assertThat(end.budget.used()).isEqualTo(3);
      assertThat(end.read(stream)).hasSize(3);
      assertThat(end.budget.used()).isZero();
    }

    @Test
    void a_reset_fails_both_directions_and_drops_what_was_not_read() throws Exception {
      var stream = inbound(1);
      end.receive(new Frame(DATA, 0, 1, 3), new byte[3]);
      end.receive(new Frame(WINDOW_UPDATE, RST, 1, 7)); // newer peers put an error code there
      assertThatThrownBy(stream::atEnd).hasMessageContaining("reset");
      assertThatThrownBy(stream::checkWritable).hasMessageContaining("reset");
      assertThat(session.streamCount()).isZero();
      assertThat(end.budget.used()).isZero();
    }

    @Test
    void frames_after_a_reset_are_dropped_in_silence() throws Exception {
      session.reset(inbound(1), "enough");
      end.frames();
      end.receive(new Frame(DATA, 0, 1, 3), new byte[3]);
      end.receive(new Frame(WINDOW_UPDATE, FIN, 1, 0));
      assertThat(end.frames()).isEmpty();
    }

    @Test
    void what_comes_after_close_is_dropped_and_credited_up_to_a_bound() throws Exception {
      var stream = inbound(1);
      session.finish(stream);
      session.discard(stream, end.now);
      byte[] half = new byte[INITIAL_WINDOW / 2];
      for (int sent = 0; sent < limits.discardMax(); sent += half.length) {
        end.receive(new Frame(DATA, 0, 1, half.length), half);
      }
      assertThat(stream.inbox.size()).isZero();
      assertThat(end.frames()).doesNotContain(new Frame(WINDOW_UPDATE, RST, 1, 0));
      end.receive(new Frame(DATA, 0, 1, 1), (byte) 0);
      assertThat(end.frames()).contains(new Frame(WINDOW_UPDATE, RST, 1, 0));
    }

    @Test
    void a_stream_the_peer_does_not_close_is_reset_after_a_while() throws Exception {
      var stream = inbound(1);
      session.accepted(stream);
      session.finish(stream);
      session.discard(stream, end.now);
      session.tick(end.now);
      assertThat(session.streamCount()).isEqualTo(1);
      for (int value = 1; value <= 4; value++) {
        end.receive(new Frame(PING, ACK, 0, value));
      }
      session.tick(end.now + 61 * SECOND);
      assertThat(session.streamCount()).isZero();
    }

    @Test
    void the_end_of_the_connection_leaves_received_bytes_readable() throws Exception {
      var whole = inbound(1);
      var cut = inbound(3);
      end.receive(new Frame(DATA, FIN, 1, 3), new byte[3]);
      end.receive(new Frame(DATA, 0, 3, 3), new byte[3]);
      session.fail(new IOException("gone"));
      assertThat(end.read(whole)).hasSize(3);
      assertThat(whole.atEnd()).isTrue();
      assertThat(end.read(cut)).hasSize(3);
      assertThatThrownBy(cut::atEnd).hasMessage("gone");
      assertThat(end.budget.used()).isZero();
    }
  }

  @Nested
  class Windows {
    @Test
    void sending_stops_at_the_credit_of_the_peer() throws Exception {
      var stream = inbound(1);
      byte[] bytes = new byte[INITIAL_WINDOW + 1];
      int sent = 0;
      for (int n = 1; n > 0; sent += n) {
        n = session.send(stream, bytes, 0, bytes.length);
        end.send();
      }
      assertThat(sent).isEqualTo(INITIAL_WINDOW);
      end.receive(new Frame(WINDOW_UPDATE, 0, 1, 10));
      assertThat(session.send(stream, bytes, 0, 100)).isEqualTo(10);
    }

    @Test
    void one_byte_more_than_granted_is_a_violation() throws Exception {
      var stream = inbound(1);
      byte[] window = new byte[INITIAL_WINDOW];
      end.receive(new Frame(DATA, 0, 1, window.length), window);
      assertThat(stream.inbox.size()).isEqualTo(INITIAL_WINDOW);
      violates(() -> end.receive(new Frame(DATA, 0, 1, 1), (byte) 0));
    }

    @Test
    void credit_comes_back_when_half_is_read_not_when_it_arrives() throws Exception {
      var stream = inbound(1);
      end.receive(new Frame(DATA, 0, 1, INITIAL_WINDOW), new byte[INITIAL_WINDOW]);
      end.now += SECOND;
      session.consume(stream, INITIAL_WINDOW / 2 - 1, end.now);
      assertThat(end.frames()).isEmpty();
      session.consume(stream, 1, end.now);
      assertThat(end.frames())
          .containsExactly(new Frame(WINDOW_UPDATE, ACK, 1, INITIAL_WINDOW / 2));
    }

    @Test
    void a_window_used_up_within_a_few_round_trips_doubles_up_to_its_limit() throws Exception {
      session.tick(end.now);
      end.now += SECOND;
      end.receive(new Frame(PING, ACK, 0, 1)); // the round trip is a second
      var stream = inbound(1);
      for (int i = 0; i < 10; i++) {
        byte[] all = new byte[stream.credit];
        end.receive(new Frame(DATA, 0, 1, all.length), all);
        end.now += SECOND / 10;
        end.read(stream);
      }
      assertThat(stream.window).isEqualTo(limits.windowMax());
      assertThat(end.budget.used()).isEqualTo(limits.windowMax());
    }

    @Test
    void a_window_used_up_at_once_doubles_however_near_the_peer_is() throws Exception {
      session.tick(end.now);
      end.now += 1000;
      end.receive(new Frame(PING, ACK, 0, 1)); // the round trip is a microsecond
      var stream = inbound(1);
      end.receive(new Frame(DATA, 0, 1, INITIAL_WINDOW), new byte[INITIAL_WINDOW]);
      end.now += SECOND / 1000;
      end.read(stream);
      assertThat(stream.window).isEqualTo(2 * INITIAL_WINDOW);
    }

    @Test
    void a_window_that_lasts_stays_as_it_is() throws Exception {
      session.tick(end.now);
      end.now += SECOND;
      end.receive(new Frame(PING, ACK, 0, 1));
      var stream = inbound(1);
      for (int i = 0; i < 10; i++) {
        byte[] all = new byte[stream.credit];
        end.receive(new Frame(DATA, 0, 1, all.length), all);
        end.now += 5 * SECOND;
        end.read(stream);
      }
      assertThat(stream.window).isEqualTo(INITIAL_WINDOW);
    }

    @Test
    void credit_beyond_32_bits_is_a_violation() throws Exception {
      inbound(1);
      violates(() -> end.receive(new Frame(WINDOW_UPDATE, 0, 1, -1)));
    }

    @Test
    void a_new_stream_with_more_than_its_first_window_is_a_violation() {
      int length = INITIAL_WINDOW + 1;
      violates(() -> end.receive(new Frame(DATA, SYN, 1, length), new byte[length]));
    }
  }

  @Nested
  class Bounds {
    @Test
    void streams_beyond_the_limit_are_reset_not_remembered() throws Exception {
      for (int i = 0; i < limits.streamsPerConnection(); i++) {
        session.accepted(inbound(2 * i + 1));
      }
      end.frames();
      end.receive(new Frame(WINDOW_UPDATE, SYN, 9999, 0));
      assertThat(session.nextInbound()).isNull();
      assertThat(end.frames()).containsExactly(new Frame(WINDOW_UPDATE, RST, 9999, 0));
      assertThat(session.streamCount()).isEqualTo(limits.streamsPerConnection());
    }

    @Test
    void streams_whose_protocol_is_not_agreed_are_fewer() throws Exception {
      var few = new YamuxEnd(false, LimitsWith.of(limits).set("unacceptedStreams", 2).limits());
      for (int id = 1; id < 100; id += 2) {
        few.receive(new Frame(WINDOW_UPDATE, SYN, id, 0));
      }
      assertThat(few.session.streamCount()).isEqualTo(2);
      few.session.accepted(Objects.requireNonNull(few.session.nextInbound()));
      few.receive(new Frame(WINDOW_UPDATE, SYN, 101, 0));
      assertThat(few.session.streamCount()).isEqualTo(3);
    }

    @Test
    void a_stream_that_chooses_no_protocol_is_reset() throws Exception {
      inbound(1);
      session.tick(end.now);
      session.tick(end.now + 11 * SECOND);
      assertThat(end.frames()).contains(new Frame(WINDOW_UPDATE, RST, 1, 0));
    }

    @Test
    void windows_towards_a_peer_never_add_up_to_more_than_its_memory() throws Exception {
      int streams = 0;
      long memory = limits.memoryPerPeer();
      while (end.budget.takeNew(INITIAL_WINDOW)) {
        streams++;
      }
      assertThat((long) streams * INITIAL_WINDOW).isEqualTo(memory);
      end.receive(new Frame(WINDOW_UPDATE, SYN, 1, 0));
      assertThat(end.frames()).containsExactly(new Frame(WINDOW_UPDATE, RST, 1, 0));
      assertThat(session.canOpen()).isFalse();
      assertThatThrownBy(() -> session.open(1)).hasMessageContaining("memory");
      end.budget.release(INITIAL_WINDOW);
      assertThat(session.canOpen()).isTrue();
    }

    @Test
    void no_more_streams_are_opened_than_may_be_unacknowledged() throws Exception {
      for (int i = 0; i < limits.streamsPerConnection(); i++) {
        assertThat(session.canOpen()).isTrue();
        session.open(1);
      }
      assertThat(session.canOpen()).isFalse();
    }

    @Test
    void a_flood_of_pings_that_reads_no_answers_is_a_violation() {
      violates(
          () -> {
            for (int i = 0; i < 9_000; i++) {
              end.receive(new Frame(PING, SYN, 0, i));
            }
          });
    }

    @Test
    void a_flood_of_empty_frames_is_a_violation() throws Exception {
      inbound(1);
      violates(
          () -> {
            for (int i = 0; i <= limits.idleFrames(); i++) {
              end.receive(new Frame(DATA, 0, 1, 0));
            }
          });
    }

    @Test
    void a_flood_of_opened_and_reset_streams_leaves_nothing_behind() throws Exception {
      for (int i = 1; i < 20_000; i += 2) {
        end.receive(new Frame(WINDOW_UPDATE, SYN, i, 0));
        end.receive(new Frame(WINDOW_UPDATE, RST, i, 0));
        session.nextInbound();
      }
      assertThat(session.streamCount()).isZero();
      assertThat(end.budget.used()).isZero();
    }
  }

  @Nested
  class Violations {
    @Test
    void a_stream_opened_twice() throws Exception {
      inbound(1);
      violates(() -> end.receive(new Frame(WINDOW_UPDATE, SYN, 1, 0)));
    }

    @Test
    void a_stream_with_our_parity() {
      violates(() -> end.receive(new Frame(WINDOW_UPDATE, SYN, 2, 0)));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "2, 1", "3, 1", "4, 0", "4, 1"})
    void a_type_that_does_not_go_with_the_stream(int type, int id) {
      violates(() -> end.receive(new Frame(type, 0, id, 0)));
    }

    @Test
    void another_version() {
      violates(() -> end.receive(new byte[] {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}));
    }

    @ParameterizedTest
    @CsvSource({"-1", "-2147483648", "2147483647", "16777217"})
    void a_length_beyond_all_windows_even_for_a_stream_long_gone(int length) {
      violates(() -> end.receive(new Frame(DATA, 0, 7, length)));
    }
  }

  @Nested
  class Going {
    @Test
    void after_a_go_away_old_streams_go_on_and_new_ones_are_refused() throws Exception {
      var stream = session.open(1);
      end.receive(new Frame(GO_AWAY, 0, 0, 0));
      assertThatThrownBy(() -> session.open(1)).isInstanceOf(IOException.class);
      assertThat(session.send(stream, new byte[3], 0, 3)).isEqualTo(3);
      assertThatCode(() -> end.receive(new Frame(DATA, ACK, 2, 1), (byte) 1))
          .doesNotThrowAnyException();
      assertThat(end.read(stream)).hasSize(1);
    }

    @Test
    void an_error_from_the_peer_ends_the_connection() {
      assertThatThrownBy(() -> end.receive(new Frame(GO_AWAY, 0, 0, 1)))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(PeerViolationException.class);
    }

    @Test
    void a_peer_that_answers_no_ping_is_given_up() throws Exception {
      session.tick(end.now);
      assertThat(end.frames()).containsExactly(new Frame(PING, SYN, 0, 1));
      assertThatThrownBy(() -> session.tick(end.now + 15 * SECOND)).hasMessageContaining("dead");
    }
  }
}
