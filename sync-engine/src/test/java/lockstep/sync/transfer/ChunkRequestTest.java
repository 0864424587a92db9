package lockstep.sync.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoWriter;
import lockstep.base.Varints;
import lockstep.chunk.Chunking;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class ChunkRequestTest {
  private static final Blake3 HASH = Blake3.of(new byte[] {1, 2, 3});

  private static byte[] encoded(ChunkRequest request) throws IOException {
    var out = new ByteArrayOutputStream();
    request.write(out);
    return out.toByteArray();
  }

  private static ChunkRequest decoded(byte[] bytes) throws IOException {
    return ChunkRequest.read(new ByteArrayInputStream(bytes)).orElseThrow();
  }

  /// Puts the length before a message.
  private static byte[] framed(ProtoWriter message) throws IOException {
    var out = new ByteArrayOutputStream();
    Varints.write(out, message.size());
    out.write(message.toBytes());
    return out.toByteArray();
  }

  private static ProtoWriter request(ProtoWriter item) {
    return new ProtoWriter().bytes(1, HASH.bytes()).message(2, item);
  }

  private static ChunkRequest.Item anyItem(Gen gen) {
    Blake3 hash = Blake3.of(gen.bytes(4));
    var content = new Content(Math.clamp(gen.anyLong(), 0, Chunking.SIZE_MAX), hash);
    return switch (gen.between(1, 3)) {
      case 1 ->
          new ChunkRequest.Item.ManifestNode(
              hash, content.size(), gen.between(0, ChunkRequest.COUNT_MAX));
      case 2 ->
          new ChunkRequest.Item.Range(
              content, gen.between(0, Integer.MAX_VALUE), gen.between(0, ChunkRequest.COUNT_MAX));
      default -> new ChunkRequest.Item.Have(content);
    };
  }

  @ParameterizedTest
  @SeedSource(count = 50)
  void what_is_written_is_read(long seed) throws IOException {
    var gen = new Gen(seed);
    var items = new ArrayList<ChunkRequest.Item>();
    IntStream.range(0, gen.between(0, ChunkRequest.ITEMS_MAX))
        .forEach(i -> items.add(anyItem(gen)));
    var request = new ChunkRequest(HASH, items);

    assertThat(decoded(encoded(request))).isEqualTo(request);
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void damaged_requests_are_refused_or_mean_something_within_bounds(long seed) throws IOException {
    var gen = new Gen(seed);
    byte[] bytes = encoded(new ChunkRequest(HASH, List.of(anyItem(gen), anyItem(gen))));
    for (int i = gen.between(1, 3); i > 0; i--) {
      bytes[gen.between(0, bytes.length - 1)] = (byte) gen.between(0, 255);
    }
    try {
      assertThat(decoded(bytes).items()).hasSizeLessThanOrEqualTo(ChunkRequest.ITEMS_MAX);
    } catch (PeerViolationException | EOFException refused) {
      assertThat(refused).hasMessageNotContaining("null");
    }
  }

  @Test
  void the_largest_request_fits() throws IOException {
    var item =
        new ChunkRequest.Item.Range(
            new Content(Chunking.SIZE_MAX, HASH), Integer.MAX_VALUE, ChunkRequest.COUNT_MAX);
    var request = new ChunkRequest(HASH, Collections.nCopies(ChunkRequest.ITEMS_MAX, item));
    assertThat(decoded(encoded(request))).isEqualTo(request);
  }

  @Test
  void an_ended_stream_is_no_request() throws IOException {
    assertThat(ChunkRequest.read(new ByteArrayInputStream(new byte[0]))).isEmpty();
  }

  @Test
  void a_length_above_the_bound_is_refused_before_memory_is_taken() throws IOException {
    var out = new ByteArrayOutputStream();
    Varints.write(out, ChunkRequest.BYTES_MAX + 1);
    assertThatThrownBy(() -> decoded(out.toByteArray())).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void unknown_fields_are_ignored() throws IOException {
    var item = new ProtoWriter().varint(1, 1).bytes(2, HASH.bytes()).string(99, "later");
    assertThat(decoded(framed(request(item).varint(77, 1))).items())
        .containsExactly(new ChunkRequest.Item.ManifestNode(HASH, 0, 0));
  }

  @Test
  void an_unknown_kind_is_refused_with_the_reason() throws IOException {
    byte[] bytes = framed(request(new ProtoWriter().varint(1, 4).bytes(2, HASH.bytes())));
    assertThatThrownBy(() -> decoded(bytes))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("kind 4");
  }

  @Test
  void too_many_items_negative_numbers_and_short_hashes_are_refused() throws IOException {
    var many = new ProtoWriter().bytes(1, HASH.bytes());
    for (int i = 0; i <= ChunkRequest.ITEMS_MAX; i++) {
      many.message(2, new ProtoWriter().varint(1, 1).bytes(2, HASH.bytes()));
    }
    var item = new ProtoWriter().varint(1, 2).bytes(2, HASH.bytes());
    for (ProtoWriter message :
        List.of(
            many,
            request(new ProtoWriter().varint(1, 1).bytes(2, new byte[31])),
            request(new ProtoWriter().varint(1, 1)),
            request(new ProtoWriter().varint(1, 2).bytes(2, HASH.bytes()).varint(3, -1)),
            request(new ProtoWriter().varint(1, 2).bytes(2, HASH.bytes()).varint(4, -1)),
            request(
                new ProtoWriter()
                    .varint(1, 2)
                    .bytes(2, HASH.bytes())
                    .varint(3, Chunking.SIZE_MAX + 1)),
            request(item.varint(5, ChunkRequest.COUNT_MAX + 1)),
            new ProtoWriter().message(2, new ProtoWriter().varint(1, 1).bytes(2, HASH.bytes())))) {
      byte[] bytes = framed(message);
      assertThatThrownBy(() -> decoded(bytes)).isInstanceOf(PeerViolationException.class);
    }
  }
}
