package lockstep.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.PublicKey;
import lockstep.base.RelPath;
import org.jspecify.annotations.Nullable;

/// What is signed of a message, as protobuf: folder, sender and one kind of message. A field that
/// is unknown is skipped, a kind that is unknown makes no message.
final class MessageCodec {
  private static final int FOLDER = 1;
  private static final int SENDER = 2;
  private static final int CLAIM = 10;
  private static final int PROMISE = 11;
  private static final int REFUSAL = 12;
  private static final int KNOWN = 13;
  private static final int ASK = 14;
  private static final int REACH = 15;

  private static final int MAX = SignedMessage.BYTES_MAX;

  /// Claims in one message; they are bounded by its length too.
  static final int KNOWN_MAX = 64;

  record Body(Blake3 folder, PeerId sender, Optional<LeaseMessage> message) {}

  private MessageCodec() {}

  static byte[] body(Blake3 folder, PeerId sender, LeaseMessage message) {
    ProtoWriter out =
        new ProtoWriter().bytes(FOLDER, folder.bytes()).bytes(SENDER, sender.key().bytes());
    switch (message) {
      case LeaseMessage.Claim(var record) -> out.message(CLAIM, RecordCodec.write(record));
      case LeaseMessage.Promise promise -> out.message(PROMISE, promise(promise));
      case LeaseMessage.Refusal refusal -> out.message(REFUSAL, refusal(refusal));
      case LeaseMessage.Known(var claims) -> out.message(KNOWN, known(claims));
      case LeaseMessage.Ask(var path, var note) ->
          out.message(ASK, new ProtoWriter().bytes(1, path.utf8()).string(2, note));
      case LeaseMessage.Reach(var members) -> out.message(REACH, reach(members));
    }
    return out.toBytes();
  }

  private static ProtoWriter promise(LeaseMessage.Promise promise) {
    return new ProtoWriter()
        .bytes(1, promise.path().utf8())
        .bytes(2, promise.holder().key().bytes())
        .varint(3, promise.epoch())
        .varint(4, promise.sequence());
  }

  private static ProtoWriter refusal(LeaseMessage.Refusal refusal) {
    ProtoWriter out =
        new ProtoWriter()
            .bytes(1, refusal.path().utf8())
            .varint(2, refusal.epoch())
            .varint(3, refusal.promised())
            .bytes(5, refusal.holder().key().bytes());
    refusal.inTheWay().ifPresent(it -> out.message(4, relayed(it)));
    return out;
  }

  private static ProtoWriter known(List<LeaseMessage.Relayed> claims) {
    var out = new ProtoWriter();
    for (LeaseMessage.Relayed claim : claims) {
      out.message(1, relayed(claim));
    }
    return out;
  }

  private static ProtoWriter reach(Set<PeerId> members) {
    var out = new ProtoWriter();
    members.stream().sorted().forEach(member -> out.bytes(1, member.key().bytes()));
    return out;
  }

  private static ProtoWriter relayed(LeaseMessage.Relayed relayed) {
    return new ProtoWriter()
        .bytes(1, relayed.claim().encode())
        .varint(2, relayed.remaining().toMillis());
  }

  /// @throws PeerViolationException if anything is malformed or out of range
  static Body read(byte[] bytes) throws PeerViolationException {
    try {
      return parse(bytes);
    } catch (IllegalArgumentException e) {
      throw new PeerViolationException("malformed lock message: " + e.getMessage(), e);
    }
  }

  private static Body parse(byte[] bytes) throws PeerViolationException {
    Blake3 folder = null;
    PeerId sender = null;
    LeaseMessage message = null;
    ProtoReader in = ProtoReader.of(bytes);
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case FOLDER -> folder = hash(in);
        case SENDER -> sender = peer(in);
        case CLAIM -> message = new LeaseMessage.Claim(RecordCodec.read(in.message(MAX), sender));
        case PROMISE -> message = promise(in.message(MAX));
        case REFUSAL -> message = refusal(in.message(MAX));
        case KNOWN -> message = known(in.message(MAX));
        case ASK -> message = ask(in.message(MAX));
        case REACH -> message = reach(in.message(MAX));
        default -> in.skip();
      }
    }
    return new Body(
        present(folder, "folder"), present(sender, "sender"), Optional.ofNullable(message));
  }

  private static LeaseMessage promise(ProtoReader in) throws PeerViolationException {
    RelPath path = null;
    PeerId holder = null;
    long epoch = 0;
    long sequence = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> path = path(in);
        case 2 -> holder = peer(in);
        case 3 -> epoch = in.varint();
        case 4 -> sequence = in.varint();
        default -> in.skip();
      }
    }
    return new LeaseMessage.Promise(
        present(path, "path"), present(holder, "holder"), epoch, sequence);
  }

  private static LeaseMessage refusal(ProtoReader in) throws PeerViolationException {
    RelPath path = null;
    PeerId holder = null;
    long epoch = 0;
    long promised = 0;
    LeaseMessage.Relayed inTheWay = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> path = path(in);
        case 2 -> epoch = in.varint();
        case 3 -> promised = in.varint();
        case 4 -> inTheWay = relayed(in.message(MAX));
        case 5 -> holder = peer(in);
        default -> in.skip();
      }
    }
    return new LeaseMessage.Refusal(
        present(path, "path"),
        present(holder, "holder"),
        epoch,
        promised,
        Optional.ofNullable(inTheWay));
  }

  private static LeaseMessage known(ProtoReader in) throws PeerViolationException {
    var claims = new ArrayList<LeaseMessage.Relayed>();
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field != 1) continue;
      if (claims.size() == KNOWN_MAX) throw new PeerViolationException("too many locks at once");
      claims.add(relayed(in.message(MAX)));
    }
    return new LeaseMessage.Known(claims);
  }

  private static LeaseMessage ask(ProtoReader in) throws PeerViolationException {
    RelPath path = null;
    String note = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> path = path(in);
        case 2 -> note = in.string(LockRequest.TEXT_BYTES_MAX);
        default -> in.skip();
      }
    }
    return new LeaseMessage.Ask(present(path, "path"), note);
  }

  private static LeaseMessage reach(ProtoReader in) throws PeerViolationException {
    var members = new HashSet<PeerId>();
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == 1) {
        if (members.size() == LeaseMessage.Reach.MEMBERS_MAX) {
          throw new PeerViolationException("too many members");
        }
        members.add(peer(in));
      } else {
        in.skip();
      }
    }
    return new LeaseMessage.Reach(members);
  }

  /// A claim within a message stands on its own signature. It is no deeper than that: a claim holds
  /// no other.
  private static LeaseMessage.Relayed relayed(ProtoReader in) throws PeerViolationException {
    byte[] claim = {};
    long remaining = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> claim = in.bytes(MAX);
        case 2 -> remaining = in.int32(0, Integer.MAX_VALUE);
        default -> in.skip();
      }
    }
    if (!isClaim(claim)) throw new PeerViolationException("only a claim is passed on");
    SignedMessage verified =
        SignedMessage.verify(claim)
            .orElseThrow(() -> new PeerViolationException("only a claim is passed on"));
    return new LeaseMessage.Relayed(verified, Duration.ofMillis(remaining));
  }

  /// Looks before it reads: what holds claims itself would let a message nest without end.
  private static boolean isClaim(byte[] encoded) throws PeerViolationException {
    ProtoReader in = ProtoReader.of(encoded);
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field != 2) continue;
      ProtoReader body = in.message(MAX);
      for (int kind = body.next(); kind != 0; kind = body.next()) {
        if (kind == REFUSAL || kind == KNOWN) return false;
      }
    }
    return true;
  }

  static RelPath path(ProtoReader in) throws PeerViolationException {
    return RelPath.fromUtf8(in.bytes(RelPath.BYTES_MAX));
  }

  static PeerId peer(ProtoReader in) throws PeerViolationException {
    return new PeerId(PublicKey.of(in.bytes(PublicKey.LENGTH)));
  }

  static Blake3 hash(ProtoReader in) throws PeerViolationException {
    byte[] bytes = in.bytes(Blake3.LENGTH);
    if (bytes.length != Blake3.LENGTH) throw new PeerViolationException("a hash has 32 bytes");
    return Blake3.fromBytes(bytes, 0);
  }

  static Instant time(ProtoReader in) throws PeerViolationException {
    return Instant.ofEpochMilli(in.varint());
  }

  static <T> T present(@Nullable T value, String what) throws PeerViolationException {
    if (value == null) throw new PeerViolationException("a lock message without " + what);
    return value;
  }
}
