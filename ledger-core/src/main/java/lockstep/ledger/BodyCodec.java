package lockstep.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.base.Role;
import lockstep.base.VersionVector;
import lockstep.base.WriterId;
import org.jspecify.annotations.Nullable;

/// The body of an entry as a protobuf message, fields in ascending order:
///
/// ```text
/// Body    1 format  2 folder  3 writer  4 sequence  5 previous  6 clock  7 wall milliseconds
///         8 seen (repeated Mark)   and one of
///         16 Genesis  17 Grant  18 Revoke  19 Invite  20 changes (see ChangesCodec)
///         21 Quarantine  22 Heal  23 Withdraw  24 Invite that needs approval
/// Mark    1 device  2 incarnation  3 sequence  4 hash
/// Genesis 1 folder  2 creator's name  3 nonce
/// Grant   1 device  2 role  3 name  4 invitation's key  5 proof
/// Revoke  1 device  2 accepted (repeated Mark without hash)
/// Invite  1 key  2 role  3 expiry milliseconds  4 uses
/// Quarantine, Heal  1 device
/// Withdraw  1 the invitation's key
/// ```
///
/// Fields that a later minor version adds below 16 are passed over; another format or a payload
/// that we do not know is refused, since folders would differ between those who do and who don't.
final class BodyCodec {
  private static final int FORMAT = 1;
  private static final int PAYLOADS = 16;
  private static final int GENESIS = 16;
  private static final int GRANT = 17;
  private static final int REVOKE = 18;
  private static final int INVITE = 19;
  private static final int CHANGES = 20;
  private static final int QUARANTINE = 21;
  private static final int HEAL = 22;
  private static final int WITHDRAW = 23;

  /// A kind of its own: who does not know it refuses the entry. A field that he passed over would
  /// have him admit whom nobody has approved.
  private static final int ASKING_INVITE = 24;

  private static final int MARK_BYTES_MAX = 128;
  private static final int BYTES_MAX = Entry.ENCODED_BYTES_MAX;

  /// Roles by their number on the wire; never reorder.
  private static final List<Role> ROLES = List.of(Role.READ_ONLY, Role.READ_WRITE, Role.ADMIN);

  private BodyCodec() {}

  static byte[] encode(Entry.Body body) {
    var out =
        new ProtoWriter()
            .varint(1, FORMAT)
            .bytes(2, bytes(body.folder()))
            .message(3, writer(body.writer()))
            .varint(4, body.sequence())
            .bytes(5, bytes(body.previous()))
            .varint(6, body.clock())
            .varint(7, body.wallTime().toEpochMilli());
    for (Head head : body.seen()) {
      out.message(
          8, writer(head.writer()).varint(3, head.sequence()).bytes(4, head.hash().bytes()));
    }
    switch (body.payload()) {
      case Payload.Genesis genesis -> out.message(GENESIS, genesis(genesis));
      case Payload.Grant grant -> out.message(GRANT, grant(grant));
      case Payload.Revoke revoke -> out.message(REVOKE, revoke(revoke));
      case Payload.Invite invite ->
          out.message(invite.needsApproval() ? ASKING_INVITE : INVITE, invite(invite));
      case Payload.Changes changes -> out.bytesAlways(CHANGES, ChangesCodec.encode(changes));
      case Payload.Quarantine(PublicKey device) -> out.message(QUARANTINE, key(device));
      case Payload.Heal(PublicKey device) -> out.message(HEAL, key(device));
      case Payload.Withdraw(PublicKey invite) -> out.message(WITHDRAW, key(invite));
    }
    return out.toBytes();
  }

  private static byte[] bytes(Optional<Blake3> hash) {
    return hash.map(Blake3::bytes).orElse(new byte[0]);
  }

  static ProtoWriter writer(WriterId writer) {
    return new ProtoWriter().bytes(1, writer.device().bytes()).varint(2, writer.incarnation());
  }

  private static ProtoWriter genesis(Payload.Genesis genesis) {
    return new ProtoWriter()
        .string(1, genesis.folder())
        .string(2, genesis.creatorName())
        .bytes(3, genesis.nonce().bytes());
  }

  private static ProtoWriter grant(Payload.Grant grant) {
    var out =
        new ProtoWriter()
            .bytes(1, grant.device().bytes())
            .varint(2, 1 + ROLES.indexOf(grant.role()))
            .string(3, grant.name());
    grant
        .admission()
        .ifPresent(
            admission -> out.bytes(4, admission.invite().bytes()).bytes(5, admission.proof()));
    return out;
  }

  private static ProtoWriter revoke(Payload.Revoke revoke) {
    var out = new ProtoWriter().bytes(1, revoke.device().bytes());
    revoke
        .accepted()
        .counters()
        .forEach((writer, sequence) -> out.message(2, writer(writer).varint(3, sequence)));
    return out;
  }

  private static ProtoWriter invite(Payload.Invite invite) {
    return new ProtoWriter()
        .bytes(1, invite.key().bytes())
        .varint(2, 1 + ROLES.indexOf(invite.role()))
        .varint(3, invite.expiry().toEpochMilli())
        .varint(4, invite.uses());
  }

  private static ProtoWriter key(PublicKey key) {
    return new ProtoWriter().bytes(1, key.bytes());
  }

  /// @throws PeerViolationException if the bytes are no body, or one that this version cannot hold
  static Entry.Body decode(byte[] bytes) throws PeerViolationException {
    try {
      return new Parser().parse(ProtoReader.of(bytes));
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("invalid entry: " + e.getMessage(), e);
    }
  }

  /// One pass over the fields; they must ascend, so that a body has one reading.
  private static final class Parser {
    private long format;
    private Optional<Blake3> folder = Optional.empty();
    private @Nullable WriterId writer;
    private long sequence;
    private Optional<Blake3> previous = Optional.empty();
    private long clock;
    private Instant wallTime = Instant.EPOCH;
    private final List<Head> seen = new ArrayList<>();
    private @Nullable Payload payload;

    Entry.Body parse(ProtoReader in) throws PeerViolationException {
      int last = 0;
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field < last || field == last && field != 8) {
          throw new PeerViolationException("invalid entry: its fields are out of order");
        }
        last = field;
        field(field, in);
      }
      if (format != FORMAT || writer == null || payload == null) {
        throw new PeerViolationException(
            "entry of format %d, which this version cannot read; update Lockstep"
                .formatted(format));
      }
      return new Entry.Body(folder, writer, sequence, previous, clock, wallTime, seen, payload);
    }

    private void field(int field, ProtoReader in) throws PeerViolationException {
      switch (field) {
        case 1 -> format = in.varint();
        case 2 -> folder = Optional.of(hash(in));
        case 3 -> writer = chain(mark(in).writer());
        case 4 -> sequence = in.varint();
        case 5 -> previous = Optional.of(hash(in));
        case 6 -> clock = in.varint();
        case 7 -> wallTime = Instant.ofEpochMilli(in.varint());
        case 8 -> seen.add(mark(in).head());
        default -> {
          if (field >= PAYLOADS) payload = payload(field, in);
        }
      }
    }
  }

  private static Payload payload(int field, ProtoReader in) throws PeerViolationException {
    return switch (field) {
      case GENESIS -> readGenesis(in.message(BYTES_MAX));
      case GRANT -> readGrant(in.message(BYTES_MAX));
      case REVOKE -> readRevoke(in.message(BYTES_MAX));
      case INVITE -> readInvite(in.message(BYTES_MAX), false);
      case CHANGES -> ChangesCodec.decode(in.bytes(BYTES_MAX));
      case QUARANTINE -> new Payload.Quarantine(readKey(in.message(BYTES_MAX)));
      case HEAL -> new Payload.Heal(readKey(in.message(BYTES_MAX)));
      case WITHDRAW -> new Payload.Withdraw(readKey(in.message(BYTES_MAX)));
      case ASKING_INVITE -> readInvite(in.message(BYTES_MAX), true);
      default ->
          throw new PeerViolationException(
              "entry of kind %d, which this version does not know; update Lockstep"
                  .formatted(field));
    };
  }

  private static Payload readGenesis(ProtoReader in) throws PeerViolationException {
    String folder = "";
    String creator = "";
    var nonce = new Blake3(0, 0, 0, 0);
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> folder = in.string(Payload.NAME_BYTES_MAX);
        case 2 -> creator = in.string(Payload.NAME_BYTES_MAX);
        case 3 -> nonce = hash(in);
        default -> in.skip();
      }
    }
    return new Payload.Genesis(folder, creator, nonce);
  }

  private static Payload readGrant(ProtoReader in) throws PeerViolationException {
    byte[] device = {};
    byte[] invite = {};
    byte[] proof = {};
    int role = 0;
    String name = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> device = in.bytes(PublicKey.LENGTH);
        case 2 -> role = in.int32(1, ROLES.size());
        case 3 -> name = in.string(Payload.NAME_BYTES_MAX);
        case 4 -> invite = in.bytes(PublicKey.LENGTH);
        case 5 -> proof = in.bytes(PublicKey.SIGNATURE_LENGTH);
        default -> in.skip();
      }
    }
    Optional<Admission> admission =
        invite.length == 0 && proof.length == 0
            ? Optional.empty()
            : Optional.of(Admission.of(PublicKey.of(invite), proof));
    return new Payload.Grant(PublicKey.of(device), role(role), name, admission);
  }

  private static Payload readRevoke(ProtoReader in) throws PeerViolationException {
    byte[] device = {};
    Map<WriterId, Long> accepted = new HashMap<>();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> device = in.bytes(PublicKey.LENGTH);
        case 2 -> {
          Mark mark = mark(in);
          if (!Names.travels(mark.writer())) chain(mark.writer());
          accepted.put(mark.writer(), mark.sequence());
        }
        default -> in.skip();
      }
    }
    return new Payload.Revoke(PublicKey.of(device), VersionVector.of(accepted));
  }

  private static Payload readInvite(ProtoReader in, boolean needsApproval)
      throws PeerViolationException {
    byte[] key = {};
    int role = 0;
    long expiry = 0;
    int uses = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> key = in.bytes(PublicKey.LENGTH);
        case 2 -> role = in.int32(1, ROLES.size());
        case 3 -> expiry = in.varint();
        case 4 -> uses = in.int32(1, Payload.Invite.USES_MAX);
        default -> in.skip();
      }
    }
    return new Payload.Invite(
        PublicKey.of(key), role(role), Instant.ofEpochMilli(expiry), uses, needsApproval);
  }

  private static PublicKey readKey(ProtoReader in) throws PeerViolationException {
    byte[] key = {};
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == 1) key = in.bytes(PublicKey.LENGTH);
      else in.skip();
    }
    return PublicKey.of(key);
  }

  private static Role role(int number) throws PeerViolationException {
    if (number == 0) throw new PeerViolationException("invalid entry: it names no role");
    return ROLES.get(number - 1);
  }

  private static WriterId chain(WriterId writer) throws PeerViolationException {
    if (Names.isChain(writer)) return writer;
    throw new PeerViolationException("invalid entry: no chain has such a number");
  }

  /// A place in a chain, with or without the hash of what stands there.
  private record Mark(WriterId writer, long sequence, Optional<Blake3> hash) {
    Head head() throws PeerViolationException {
      if (hash.isEmpty()) {
        throw new PeerViolationException("invalid entry: a head without a hash");
      }
      return new Head(writer, sequence, hash.get());
    }
  }

  private static Mark mark(ProtoReader field) throws PeerViolationException {
    ProtoReader in = field.message(MARK_BYTES_MAX);
    byte[] device = {};
    int incarnation = 0;
    long sequence = 0;
    Optional<Blake3> hash = Optional.empty();
    for (int inner = in.next(); inner != 0; inner = in.next()) {
      switch (inner) {
        case 1 -> device = in.bytes(PublicKey.LENGTH);
        case 2 -> incarnation = in.int32(0, CopyMark.INCARNATION - 1);
        case 3 -> sequence = in.varint();
        case 4 -> hash = Optional.of(hash(in));
        default -> in.skip();
      }
    }
    return new Mark(new WriterId(PublicKey.of(device), incarnation), sequence, hash);
  }

  private static Blake3 hash(ProtoReader in) throws PeerViolationException {
    byte[] bytes = in.bytes(Blake3.LENGTH);
    if (bytes.length != Blake3.LENGTH) {
      throw new PeerViolationException("a hash has 32 bytes, not " + bytes.length);
    }
    return Blake3.fromBytes(bytes, 0);
  }
}
