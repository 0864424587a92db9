package lockstep.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The oracle is Google's own protobuf library.
class ProtoTest {
  @RepeatedTest(200)
  void writes_the_bytes_that_protobuf_writes_and_reads_them_back(RepetitionInfo run)
      throws IOException {
    var sink = new ByteArrayOutputStream();
    var oracle = CodedOutputStream.newInstance(sink);
    var ours = new ProtoWriter();
    var random = new SplittableRandom(run.getCurrentRepetition());
    for (int i = random.nextInt(30); i > 0; i--) {
      writeField(random, ours, oracle);
    }
    oracle.flush();

    assertThat(ours.toBytes()).isEqualTo(sink.toByteArray()).hasSize(ours.size());

    var reader = ProtoReader.of(ours.toBytes());
    var reference = CodedInputStream.newInstance(ours.toBytes());
    for (int field = reader.next(); field != 0; field = reader.next()) {
      compareField(field, reader, reference);
    }
    assertThat(reference.isAtEnd()).isTrue();
  }

  private static void writeField(
      SplittableRandom random, ProtoWriter ours, CodedOutputStream oracle) throws IOException {
    int field = 1 + (random.nextInt(ProtoWriter.FIELD_MAX) >>> random.nextInt(29));
    long number = random.nextLong() >>> random.nextInt(64);
    byte[] bytes = new byte[random.nextInt(200) >>> random.nextInt(8)];
    random.nextBytes(bytes);
    String text = HexFormat.of().formatHex(bytes) + (random.nextBoolean() ? "é😀" : "");
    switch (random.nextInt(5)) {
      case 0 -> {
        ours.varintAlways(field, number);
        oracle.writeUInt64(field, number);
      }
      case 1 -> {
        ours.fixed64(field, number | 1);
        oracle.writeFixed64(field, number | 1);
      }
      case 2 -> {
        ours.bytesAlways(field, bytes);
        oracle.writeByteArray(field, bytes);
      }
      case 3 -> {
        ours.bytesAlways(field, text.getBytes(UTF_8));
        oracle.writeString(field, text);
      }
      default -> {
        ours.message(field, new ProtoWriter().bytes(7, bytes));
        byte[] inner = new ProtoWriter().bytes(7, bytes).toBytes();
        oracle.writeBytes(field, ByteString.copyFrom(inner));
      }
    }
  }

  private static void compareField(int field, ProtoReader ours, CodedInputStream oracle)
      throws IOException {
    int tag = oracle.readTag();
    assertThat(field).isEqualTo(WireFormat.getTagFieldNumber(tag));
    switch (WireFormat.getTagWireType(tag)) {
      case WireFormat.WIRETYPE_VARINT -> assertThat(ours.varint()).isEqualTo(oracle.readUInt64());
      case WireFormat.WIRETYPE_FIXED64 ->
          assertThat(ours.fixed64()).isEqualTo(oracle.readFixed64());
      default -> assertThat(ours.bytes(10_000)).isEqualTo(oracle.readByteArray());
    }
  }

  @RepeatedTest(500)
  void damaged_bytes_give_what_protobuf_gives_or_a_violation_never_another_exception(
      RepetitionInfo run) throws IOException {
    var random = new SplittableRandom(run.getCurrentRepetition());
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      if (random.nextBoolean()) bytes[i] &= 0x0f; // many short lengths and low fields
    }
    var reader = ProtoReader.of(bytes);
    var oracle = CodedInputStream.newInstance(bytes);
    try {
      for (int field = reader.next(); field != 0; field = reader.next()) {
        int tag = oracle.readTag();
        assertThat(field).isEqualTo(WireFormat.getTagFieldNumber(tag));
        reader.skip();
        oracle.skipField(tag);
      }
      assertThat(oracle.isAtEnd()).isTrue();
    } catch (PeerViolationException expected) {
      assertThat(expected).hasMessageStartingWith("malformed message");
    }
  }

  @Test
  void zero_and_empty_values_are_left_out_unless_asked_for() {
    var plain = new ProtoWriter().varint(1, 0).bytes(2, new byte[0]).string(3, "").fixed64(4, 0);
    assertThat(plain.toBytes()).isEmpty();

    var always = new ProtoWriter().varintAlways(1, 0).bytesAlways(2, new byte[0]);
    assertThat(always.toBytes()).containsExactly(8, 0, 18, 0);
  }

  @Test
  void embedded_messages_and_bounded_numbers_come_back() throws IOException {
    var inner = new ProtoWriter().varint(1, 7).string(2, "naïve").varint(3, 1);
    byte[] bytes = new ProtoWriter().message(5, inner).varint(6, -3).toBytes();

    var reader = ProtoReader.of(Arrays.copyOf(bytes, bytes.length + 3), 0, bytes.length);
    assertThat(reader.next()).isEqualTo(5);
    var embedded = reader.message(100);
    assertThat(embedded.next()).isEqualTo(1);
    assertThat(embedded.int32(0, 7)).isEqualTo(7);
    assertThat(embedded.next()).isEqualTo(2);
    assertThat(embedded.string(6)).isEqualTo("naïve");
    assertThat(embedded.next()).isEqualTo(3);
    assertThat(embedded.bool()).isTrue();
    assertThat(embedded.next()).isZero();
    assertThat(reader.next()).isEqualTo(6);
    assertThat(reader.int32(-3, -3)).isEqualTo(-3);
    assertThat(reader.next()).isZero();
  }

  @Test
  void an_unread_value_is_skipped_by_next() throws IOException {
    var bytes = HexFormat.of().parseHex("0d01020304" + "0a00" + "1005"); // fixed32, bytes, varint
    var reader = ProtoReader.of(bytes);
    assertThat(new int[] {reader.next(), reader.next(), reader.next(), reader.next()})
        .containsExactly(1, 1, 2, 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08", // no value
        "00", // field number 0
        "0b", // a group
        "08ffffffffffffffffffff01", // eleven bytes
        "0a05ffff", // shorter than its length says
        "0affffffffffffffffff01ff", // a length of 2^64 - 1
        "09ffff", // half a fixed64
      })
  void malformed_messages_are_violations(String hex) {
    assertThatThrownBy(() -> readAll(HexFormat.of().parseHex(hex)))
        .isInstanceOf(PeerViolationException.class);
  }

  private static void readAll(byte[] bytes) throws IOException {
    var reader = ProtoReader.of(bytes);
    while (reader.next() != 0) reader.skip();
  }

  @Test
  void what_exceeds_the_callers_bounds_is_a_violation() throws IOException {
    byte[] bytes = new ProtoWriter().string(1, "four").toBytes();
    assertThatThrownBy(() -> at(bytes).bytes(3)).isInstanceOf(PeerViolationException.class);
    assertThatThrownBy(() -> at(bytes).string(3)).isInstanceOf(PeerViolationException.class);
    assertThatThrownBy(() -> at(bytes).message(3)).isInstanceOf(PeerViolationException.class);
    assertThat(at(bytes).string(4)).isEqualTo("four");
    byte[] number = new ProtoWriter().varint(1, 9).toBytes();
    assertThatThrownBy(() -> at(number).int32(0, 8)).isInstanceOf(PeerViolationException.class);
    assertThatThrownBy(() -> at(number).int32(10, 11)).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void a_wrong_wire_type_or_invalid_text_is_a_violation() {
    assertThatThrownBy(() -> at(new ProtoWriter().varint(1, 5).toBytes()).bytes(9))
        .isInstanceOf(PeerViolationException.class);
    assertThatThrownBy(() -> at(new byte[] {10, 2, (byte) 0xc0, (byte) 0x80}).string(9))
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void misuse_by_our_own_code_is_not_blamed_on_a_peer() {
    assertThatIllegalStateException().isThrownBy(() -> ProtoReader.of(new byte[1]).varint());
    assertThatIllegalArgumentException().isThrownBy(() -> new ProtoWriter().varint(0, 1));
    assertThatThrownBy(() -> ProtoReader.of(new byte[4], 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static ProtoReader at(byte[] bytes) throws IOException {
    var reader = ProtoReader.of(bytes);
    reader.next();
    return reader;
  }
}
