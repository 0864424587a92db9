package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import lockstep.base.Entropy;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.ProtoWriter;
import lockstep.base.Varints;
import org.junit.jupiter.api.Test;

class IdentifyMessageTest {
  private static final int MAX = 8192;

  private final PeerId peer = new PeerId(PrivateKey.generate(Entropy.system()).publicKey());
  private final Multiaddr address = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
  private final IdentifyMessage message =
      new IdentifyMessage(
          Optional.of(peer.key()),
          List.of(address),
          List.of("/a/1", "/b/1"),
          Optional.of(address),
          "lockstep/0.1.0");

  private static IdentifyMessage read(byte[]... pieces) throws IOException {
    var all = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      Varints.write(all, piece.length);
      all.writeBytes(piece);
    }
    return IdentifyMessage.read(new ByteArrayInputStream(all.toByteArray()), MAX);
  }

  @Test
  void what_is_written_is_read() throws IOException {
    var out = new ByteArrayOutputStream();
    message.write(out);
    assertThat(IdentifyMessage.read(new ByteArrayInputStream(out.toByteArray()), MAX))
        .isEqualTo(message);
  }

  @Test
  void an_answer_in_several_messages_counts_as_one() throws IOException {
    var merged =
        read(
            new ProtoWriter().string(3, "/a/1").string(6, "x").toBytes(),
            new ProtoWriter().string(3, "/b/1").bytes(2, address.bytes()).toBytes());
    assertThat(merged.protocols()).containsExactly("/a/1", "/b/1");
    assertThat(merged.listen()).containsExactly(address);
    assertThat(merged.agent()).isEqualTo("x");
  }

  @Test
  void an_address_of_an_unknown_kind_is_left_out_alone() throws IOException {
    byte[] unknown = {(byte) 0xff, 0x7f, 1};
    var read = read(new ProtoWriter().bytes(2, unknown).bytes(2, address.bytes()).toBytes());
    assertThat(read.listen()).containsExactly(address);
  }

  @Test
  void the_observed_address_loses_its_peer_id() throws IOException {
    var read = read(new ProtoWriter().bytes(4, address.withPeer(peer).bytes()).toBytes());
    assertThat(read.observed()).contains(address);
  }

  @Test
  void unknown_fields_are_skipped() throws IOException {
    assertThat(read(new ProtoWriter().bytes(8, new byte[9]).string(6, "x").toBytes()).agent())
        .isEqualTo("x");
  }

  @Test
  void a_push_changes_only_what_it_says() {
    var push =
        new IdentifyMessage(Optional.empty(), List.of(), List.of("/c/1"), Optional.empty(), "");
    var updated = message.updatedBy(push);
    assertThat(updated.protocols()).containsExactly("/c/1");
    assertThat(updated.listen()).isEqualTo(message.listen());
    assertThat(updated.agent()).isEqualTo(message.agent());
  }

  @Test
  void too_much_is_refused() {
    var many = Collections.nCopies(11, new byte[0]).toArray(byte[][]::new);
    assertThatThrownBy(() -> read(many)).isInstanceOf(PeerViolationException.class);
    assertThatThrownBy(() -> read(new byte[MAX + 1])).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void more_protocols_than_anybody_needs_are_not_remembered() throws IOException {
    var flood = new ProtoWriter();
    for (int i = 0; i < 1000; i++) {
      flood.string(3, "/" + i);
    }
    assertThat(read(flood.toBytes()).protocols()).hasSize(512);
  }

  @Test
  void a_cut_off_answer_is_refused() {
    assertThatThrownBy(() -> IdentifyMessage.read(new ByteArrayInputStream(new byte[] {5, 1}), MAX))
        .isInstanceOf(EOFException.class);
  }
}
