package lockstep.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.Node;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import lockstep.base.Role;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
  private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[32]);

  @ParameterizedTest
  @SeedSource(count = 300)
  void a_body_survives_encoding_and_has_one_encoding(long seed) throws Exception {
    Entry.Body body = body(new Gen(seed));
    byte[] encoded = BodyCodec.encode(body);

    assertThat(BodyCodec.decode(encoded)).isEqualTo(body);
    assertThat(BodyCodec.encode(BodyCodec.decode(encoded))).isEqualTo(encoded);
  }

  @ParameterizedTest
  @SeedSource(count = 50)
  void a_signed_entry_survives_and_verifies(long seed) throws Exception {
    Entry entry = UnverifiedEntry.sign(body(new Gen(seed)), KEY);
    Entry read = UnverifiedEntry.decode(entry.encoded()).trusted();

    assertThat(read.hash()).isEqualTo(entry.hash());
    assertThat(read.body()).isEqualTo(entry.body());
    assertThat(read.encoded()).isEqualTo(entry.encoded());
  }

  /// Hostile bytes are refused, and never in any other way.
  @ParameterizedTest
  @SeedSource(count = 3000)
  void hostile_bytes_are_a_violation_and_nothing_worse(long seed) {
    var gen = new Gen(seed);
    byte[] bytes = mutate(gen, BodyCodec.encode(body(gen)));
    try {
      Entry.Body body = BodyCodec.decode(bytes);
      assertThat(BodyCodec.encode(body)).isNotEmpty();
    } catch (PeerViolationException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  @ParameterizedTest
  @SeedSource(count = 300)
  void hostile_envelopes_are_a_violation(long seed) {
    var gen = new Gen(seed);
    byte[] bytes = mutate(gen, UnverifiedEntry.sign(body(gen), KEY).encoded());

    assertThatThrownBy(() -> UnverifiedEntry.decode(bytes).verify())
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void another_signature_of_one_body_is_the_same_entry() throws Exception {
    Entry entry = UnverifiedEntry.sign(body(new Gen(1)), KEY);
    byte[] plain = BodyCodec.encode(entry.body());
    byte[] resigned = new ProtoWriter().bytes(1, plain).bytes(2, new byte[64]).toBytes();

    var alleged = UnverifiedEntry.decode(resigned);

    assertThat(alleged.trusted().hash()).isEqualTo(entry.hash());
    assertThatThrownBy(alleged::verify).isInstanceOf(PeerViolationException.class);
  }

  @Test
  void a_newer_format_or_kind_of_entry_asks_for_an_update() {
    var kind = new ProtoWriter().varint(1, 1).message(31, new ProtoWriter());
    var format = new ProtoWriter().varint(1, 2);

    for (var out : List.of(kind, format)) {
      assertThatThrownBy(() -> BodyCodec.decode(out.toBytes()))
          .isInstanceOf(PeerViolationException.class)
          .hasMessageContaining("update Lockstep");
    }
  }

  /// It is an entry of a kind that came later, not a plain invitation with one more field.
  @Test
  void an_invitation_that_needs_approval_is_none_to_who_does_not_know_it() throws Exception {
    var gen = new Gen(7);
    for (boolean needsApproval : List.of(false, true)) {
      var invite = new Payload.Invite(key(gen), Role.READ_WRITE, Instant.EPOCH, 1, needsApproval);
      Entry.Body like = body(gen);
      var body =
          new Entry.Body(
              Optional.of(hash(gen)),
              like.writer(),
              1,
              Optional.empty(),
              1,
              Instant.EPOCH,
              List.of(),
              invite);
      var in = ProtoReader.of(BodyCodec.encode(body));
      int kind = 0;
      for (int field = in.next(); field != 0; field = in.next()) kind = field;

      assertThat(kind).isEqualTo(needsApproval ? 24 : 19);
      assertThat(BodyCodec.decode(BodyCodec.encode(body)).payload()).isEqualTo(invite);
    }
  }

  @Test
  void an_epoch_travels_with_its_change_and_costs_the_others_nothing() throws Exception {
    var plain = new Change(RelPath.of("a"), Node.ABSENT, VersionVector.EMPTY);
    var locked = new Change(RelPath.of("b"), Node.ABSENT, VersionVector.EMPTY, 7);
    var later = new Change(RelPath.of("d"), Node.ABSENT, VersionVector.EMPTY, 1L << 62);
    var all = new Payload.Changes(List.of(plain, locked, at("c"), later));

    assertThat(ChangesCodec.decode(ChangesCodec.encode(all))).isEqualTo(all);
    byte[] without = ChangesCodec.encode(new Payload.Changes(List.of(plain, at("b"))));
    byte[] with = ChangesCodec.encode(new Payload.Changes(List.of(plain, locked)));
    assertThat(with).hasSize(without.length + 4);
  }

  private static Change at(String path) {
    return new Change(RelPath.of(path), Node.ABSENT, VersionVector.EMPTY);
  }

  @Test
  void epochs_beyond_the_rows_or_impossible_ones_are_refused() {
    byte[] batch = ChangesCodec.encode(new Payload.Changes(List.of(at("a"))));
    for (byte[] epochs : List.of(new byte[] {1, 7}, new byte[] {0, 0}, new byte[] {0})) {
      byte[] extra = new ProtoWriter().bytes(4, epochs).toBytes();
      assertThatThrownBy(() -> ChangesCodec.decode(concat(batch, extra)))
          .isInstanceOf(PeerViolationException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        ".lock\u200bstep",
        "a//b",
        "a/./b",
        "/a",
        "",
        ".lockstep/x",
        ".LockStep",
        "a\0b"
      })
  void a_path_that_could_leave_the_folder_is_refused(String path) {
    byte[] utf8 = path.getBytes(java.nio.charset.StandardCharsets.UTF_8);

    assertThatThrownBy(() -> BodyCodec.decode(changes(row(utf8))))
        .isInstanceOf(PeerViolationException.class);
  }

  @Test
  void paths_out_of_order_twice_or_in_bad_utf8_are_refused() {
    for (byte[] rows :
        List.of(
            concat(row("b".getBytes()), row("a".getBytes())),
            concat(row("a".getBytes()), row("a".getBytes())),
            row(new byte[] {(byte) 0xff}))) {
      assertThatThrownBy(() -> BodyCodec.decode(changes(rows)))
          .isInstanceOf(PeerViolationException.class);
    }
  }

  /// Ten bytes a row that each claim a path of 32 KiB.
  @Test
  void shared_beginnings_cannot_blow_up_a_small_entry() {
    var rows = new Packed.Out();
    byte[] deep = "d/".repeat(16_000).concat("a").getBytes();
    rows.raw(row(deep), 0, row(deep).length);
    for (int i = 0; i < 1000; i++) {
      byte[] name = "%04d".formatted(i).getBytes();
      rows.varint(8);
      rows.varint(32_000 + (i == 0 ? 1 : 1));
      rows.varint(name.length);
      rows.raw(name, 0, name.length);
    }
    byte[] bytes = java.util.Arrays.copyOf(rows.bytes(), rows.length());

    assertThatThrownBy(() -> BodyCodec.decode(changes(bytes, 1001)))
        .isInstanceOf(PeerViolationException.class)
        .hasMessageContaining("too long paths");
  }

  @Test
  void a_renamed_tree_of_20_000_files_takes_little_more_than_its_content_hashes() {
    var gen = new Gen(1);
    List<Change> changes = new ArrayList<>();
    var base = VersionVector.EMPTY.with(new WriterId(KEY.publicKey(), 0), 7);
    for (int i = 0; i < 20_000; i++) {
      String name = "/%02d/photo-%05d.jpeg".formatted(i / 500, i);
      var content = new Content(100_000 + i, Blake3.of(gen.bytes(8)));
      var file = new Node.File(content, 1_700_000_000_123_456_789L + i * 7_000_000_123L, 0644);
      changes.add(new Change(RelPath.of("old" + name), Node.ABSENT, base));
      changes.add(new Change(RelPath.of("new" + name), file, VersionVector.EMPTY));
    }
    List<Payload> parts = Batches.split(new Payload.Changes(changes), 1 << 20);

    int bytes = parts.stream().mapToInt(p -> ChangesCodec.encode((Payload.Changes) p).length).sum();
    assertThat(bytes).isLessThan(20_000 * (32 + 28));
  }

  @ParameterizedTest
  @SeedSource(count = 60)
  void batches_are_cut_to_fit_and_lose_nothing(long seed) {
    var gen = new Gen(seed);
    var all = new Payload.Changes(changes(gen, 400));
    int bytesMax = 30_000 + gen.between(0, 100_000);

    List<Payload> parts = Batches.split(all, bytesMax);

    List<Change> together = new ArrayList<>();
    for (Payload part : parts) {
      var changes = (Payload.Changes) part;
      together.addAll(changes.changes());
      assertThat(changes.changes().size() == 1 || ChangesCodec.encode(changes).length <= bytesMax)
          .isTrue();
    }
    assertThat(together).isEqualTo(all.changes());
  }

  private static byte[] row(byte[] path) {
    var row = new Packed.Out();
    row.varint(8); // absent, base as before
    row.varint(0);
    row.varint(path.length);
    row.raw(path, 0, path.length);
    return java.util.Arrays.copyOf(row.bytes(), row.length());
  }

  private static byte[] concat(byte[] a, byte[] b) {
    return Domain.join(a, b);
  }

  private static byte[] changes(byte[] rows) {
    return changes(
        rows, rows.length > 5 && rows[3] <= 'b' && rows[3] >= 'a' && rows[0] == rows[4] ? 2 : 1);
  }

  /// A body that is well-formed but for the rows.
  private static byte[] changes(byte[] rows, int count) {
    var writer = new ProtoWriter().bytes(1, KEY.publicKey().bytes());
    return new ProtoWriter()
        .varint(1, 1)
        .bytes(2, Blake3.of(new byte[0]).bytes())
        .message(3, writer)
        .varint(4, 1)
        .varint(6, 2)
        .message(20, new ProtoWriter().varint(1, count).bytes(3, rows))
        .toBytes();
  }

  private static byte[] mutate(Gen gen, byte[] bytes) {
    byte[] mutated = bytes.clone();
    for (int i = gen.between(1, 3); i > 0; i--) {
      int at = gen.between(0, mutated.length - 1);
      mutated =
          switch (gen.between(0, 3)) {
            case 0 -> java.util.Arrays.copyOf(mutated, at + 1);
            case 1 -> Domain.join(java.util.Arrays.copyOf(mutated, at + 1), gen.bytes(3));
            default -> {
              mutated[at] ^= (byte) (1 << gen.between(0, 7));
              yield mutated;
            }
          };
    }
    return java.util.Arrays.equals(mutated, bytes) ? gen.bytes(20) : mutated;
  }

  private static Entry.Body body(Gen gen) {
    Payload payload = payload(gen);
    boolean genesis = payload instanceof Payload.Genesis;
    long sequence = genesis ? 1 : 1 + gen.between(0, 1 << 30);
    return new Entry.Body(
        genesis ? Optional.empty() : Optional.of(hash(gen)),
        new WriterId(KEY.publicKey(), gen.between(0, Names.INCARNATIONS - 1)),
        sequence,
        sequence == 1 ? Optional.empty() : Optional.of(hash(gen)),
        1 + (gen.anyLong() & Long.MAX_VALUE >> 1),
        Instant.ofEpochMilli(gen.between(0, Integer.MAX_VALUE)),
        heads(gen),
        payload);
  }

  private static List<Head> heads(Gen gen) {
    List<Head> heads = new ArrayList<>();
    for (int i = gen.between(0, 4); i > 0; i--) {
      heads.add(new Head(writer(gen), 1 + gen.between(0, 1000), hash(gen)));
    }
    return heads;
  }

  private static Payload payload(Gen gen) {
    return switch (gen.between(0, 9)) {
      case 0 ->
          new Payload.Genesis(
              "f" + gen.name().strip().replaceAll("\\p{Cntrl}|.{200,}", "x"), "d", hash(gen));
      case 1 -> new Payload.Grant(key(gen), gen.pick(List.of(Role.values())), "n", admission(gen));
      case 2 -> new Payload.Revoke(key(gen), vector(gen, false));
      case 3 ->
          new Payload.Invite(
              key(gen),
              Role.READ_ONLY,
              Instant.ofEpochMilli(gen.between(0, 1 << 30)),
              1 + gen.between(0, 99),
              gen.chance(50));
      case 4 -> new Payload.Quarantine(key(gen));
      case 5 -> new Payload.Heal(key(gen));
      case 6 -> new Payload.Withdraw(key(gen));
      default -> new Payload.Changes(changes(gen, 20));
    };
  }

  private static Optional<Admission> admission(Gen gen) {
    return gen.chance(50)
        ? Optional.empty()
        : Optional.of(Admission.of(key(gen), gen.bytes(PublicKey.SIGNATURE_LENGTH)));
  }

  private static List<Change> changes(Gen gen, int countMax) {
    Map<RelPath, Change> changes = new LinkedHashMap<>();
    for (int i = gen.between(1, countMax); i > 0; i--) {
      var path = RelPath.of(gen.path(5));
      changes.put(
          path,
          new Change(path, node(gen), vector(gen, true), gen.chance(20) ? gen.between(1, 9) : 0));
    }
    return List.copyOf(changes.values());
  }

  private static Node node(Gen gen) {
    return switch (gen.between(0, 3)) {
      case 0 -> Node.ABSENT;
      case 1 -> new Node.Directory(gen.between(0, 0777));
      case 2 -> new Node.Symlink(gen.path(4));
      default ->
          new Node.File(
              new Content(gen.anyLong() & Long.MAX_VALUE, hash(gen)),
              gen.anyLong(),
              gen.between(0, 0777));
    };
  }

  private static VersionVector vector(Gen gen, boolean marks) {
    Map<WriterId, Long> counters = new HashMap<>();
    for (int i = gen.between(0, 3); i > 0; i--) {
      WriterId writer = gen.chance(20) ? Names.place(hash(gen)) : writer(gen);
      counters.put(
          marks && gen.chance(20) ? new WriterId(writer.device(), CopyMark.INCARNATION) : writer,
          1 + (gen.anyLong() & Long.MAX_VALUE >> 1));
    }
    return VersionVector.of(counters);
  }

  private static WriterId writer(Gen gen) {
    return new WriterId(key(gen), gen.between(0, 3));
  }

  private static PublicKey key(Gen gen) {
    byte[] key = new byte[PublicKey.LENGTH];
    key[31] = (byte) gen.between(0, 5);
    return PublicKey.of(key);
  }

  private static Blake3 hash(Gen gen) {
    return Blake3.fromBytes(gen.bytes(Blake3.LENGTH), 0);
  }
}
