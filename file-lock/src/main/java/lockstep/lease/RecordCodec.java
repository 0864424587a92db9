package lockstep.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.RelPath;
import org.jspecify.annotations.Nullable;

/// A lock record as protobuf. Its holder is the message's sender and not written twice.
final class RecordCodec {
  private static final int REQUESTED = 1;
  private static final int SOFT = 2;
  private static final int FIRM = 3;
  private static final int UNCONFIRMED = 4;
  private static final int RELEASED = 5;

  private RecordCodec() {}

  static ProtoWriter write(LockRecord record) {
    ProtoWriter out =
        new ProtoWriter()
            .bytes(1, record.lock().path().utf8())
            .varint(2, record.lock().epoch())
            .varint(3, record.ticket())
            .varint(4, record.sequence())
            .varint(5, record.length().toMillis());
    request(out, record.lock().request());
    switch (record.phase()) {
      case LockRecord.Phase.Held(var strength) -> strength(out, strength);
      case LockRecord.Phase.Released(var finalVersion) -> {
        out.varint(20, RELEASED);
        finalVersion.ifPresent(version -> out.bytes(23, version.bytes()));
      }
    }
    return out;
  }

  /// Fields 10 to 14.
  static void request(ProtoWriter out, LockRequest request) {
    request.base().ifPresent(base -> out.bytes(10, base.bytes()));
    out.varint(11, request.baseEpoch())
        .varint(12, request.since().toEpochMilli())
        .string(13, request.note());
    request.override().ifPresent(reason -> out.bytesAlways(14, utf8(reason)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static void strength(ProtoWriter out, Strength strength) {
    switch (strength) {
      case Strength.Requested() -> out.varint(20, REQUESTED);
      case Strength.Soft(int promised, int voters) -> count(out.varint(20, SOFT), promised, voters);
      case Strength.Firm(int promised, int voters) -> count(out.varint(20, FIRM), promised, voters);
      case Strength.Unconfirmed() -> out.varint(20, UNCONFIRMED);
    }
  }

  private static void count(ProtoWriter out, int promised, int voters) {
    out.varint(21, promised).varint(22, voters);
  }

  /// @throws IllegalArgumentException if a value is out of range
  static LockRecord read(ProtoReader in, @Nullable PeerId holder) throws PeerViolationException {
    return new Parts().read(in, MessageCodec.present(holder, "sender before its claim"));
  }

  /// The fields of a request, as they come.
  static final class RequestParts {
    private Optional<Blake3> base = Optional.empty();
    private long baseEpoch;
    private Instant since = Instant.EPOCH;
    private String note = "";
    private Optional<String> override = Optional.empty();

    /// @return whether the field was one of a request's
    boolean read(int field, ProtoReader in) throws PeerViolationException {
      switch (field) {
        case 10 -> base = Optional.of(MessageCodec.hash(in));
        case 11 -> baseEpoch = in.varint();
        case 12 -> since = MessageCodec.time(in);
        case 13 -> note = in.string(LockRequest.TEXT_BYTES_MAX);
        case 14 -> override = Optional.of(in.string(LockRequest.TEXT_BYTES_MAX));
        default -> {
          return false;
        }
      }
      return true;
    }

    LockRequest request() {
      return new LockRequest(base, baseEpoch, since, note, override);
    }
  }

  private static final class Parts {
    private final RequestParts request = new RequestParts();
    private @Nullable RelPath path;
    private long epoch;
    private long ticket;
    private long sequence;
    private int lengthMillis;
    private int phase;
    private int promised;
    private int voters;
    private Optional<Blake3> finalVersion = Optional.empty();

    LockRecord read(ProtoReader in, PeerId holder) throws PeerViolationException {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> path = MessageCodec.path(in);
          case 2 -> epoch = in.varint();
          case 3 -> ticket = in.varint();
          case 4 -> sequence = in.varint();
          case 5 -> lengthMillis = in.int32(0, 1_000_000);
          case 20 -> phase = in.int32(0, Integer.MAX_VALUE);
          case 21 -> promised = in.int32(0, 1_000_000);
          case 22 -> voters = in.int32(0, 1_000_000);
          case 23 -> finalVersion = Optional.of(MessageCodec.hash(in));
          default -> {
            if (!request.read(field, in)) in.skip();
          }
        }
      }
      var lock = new Lock(MessageCodec.present(path, "path"), holder, epoch, request.request());
      return new LockRecord(lock, ticket, sequence, Duration.ofMillis(lengthMillis), phase());
    }

    private LockRecord.Phase phase() throws PeerViolationException {
      return switch (phase) {
        case REQUESTED -> new LockRecord.Phase.Held(new Strength.Requested());
        case SOFT -> new LockRecord.Phase.Held(new Strength.Soft(promised, voters));
        case FIRM -> new LockRecord.Phase.Held(new Strength.Firm(promised, voters));
        case UNCONFIRMED -> new LockRecord.Phase.Held(new Strength.Unconfirmed());
        case RELEASED -> new LockRecord.Phase.Released(finalVersion);
        default -> throw new PeerViolationException("lock phase " + phase + " is unknown");
      };
    }
  }
}
