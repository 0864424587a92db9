package lockstep.p2p;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import lockstep.base.PeerViolationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultistreamTest {
  private static final String HEADER = "\u0013/multistream/1.0.0\n";
  private static final String NOISE = "\u0007/noise\n";
  private static final String NA = "\u0003na\n";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static ByteArrayInputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(ISO_8859_1));
  }

  @Test
  void a_proposal_is_header_and_name_in_one_piece() {
    assertThat(Multistream.proposal("/noise")).isEqualTo((HEADER + NOISE).getBytes(ISO_8859_1));
  }

  @Test
  void the_responder_echoes_what_it_speaks_and_leaves_what_follows_unread() throws Exception {
    var in = in(HEADER + NOISE + "data");
    assertThat(Multistream.respond(in, out, "/noise"::equals)).isEqualTo("/noise");
    assertThat(out.toString(ISO_8859_1)).isEqualTo(HEADER + NOISE);
    assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo("data");
  }

  @Test
  void the_responder_declines_until_it_is_offered_what_it_speaks() throws Exception {
    var in = in(HEADER + "\u0003ls\n" + "\u0003/x\n" + NOISE);
    Multistream.respond(in, out, "/noise"::equals);
    assertThat(out.toString(ISO_8859_1)).isEqualTo(HEADER + NA + NA + NOISE);
  }

  @Test
  void the_initiator_leaves_what_follows_the_echo_unread() throws Exception {
    var in = in(HEADER + NOISE + "data");
    Multistream.confirm(in, "/noise");
    assertThat(in.available()).isEqualTo(4);
  }

  @Test
  void a_refusal_is_told_apart_from_a_fault() {
    assertThatThrownBy(() -> Multistream.confirm(in(HEADER + NA), "/noise"))
        .isInstanceOf(ProtocolRefusedException.class);
    assertThatThrownBy(() -> Multistream.confirm(in(HEADER + "\u0004/xy\n"), "/noise"))
        .isInstanceOf(PeerViolationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0000", // nothing, not even a newline
        "\u0013/multistream/2.0.0\n", // another version
        "\u0012/multistream/1.0.0", // no newline
        "\u0081\u0010", // more than may be
        "\u0093\u0000/multistream/1.0.0\n", // a length written longer than needed
        "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
      })
  void malformed_messages_are_violations(String text) {
    assertThatThrownBy(() -> Multistream.respond(in(text), out, _ -> true))
        .isInstanceOf(PeerViolationException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0013/multi", "\u0013/multistream/1.0.0\n"})
  void an_early_end_is_no_agreement(String text) {
    assertThatThrownBy(() -> Multistream.respond(in(text), out, _ -> true))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void endless_proposals_are_cut_off() {
    assertThatThrownBy(() -> Multistream.respond(in(HEADER + NOISE.repeat(1000)), out, _ -> false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in vain");
  }
}
