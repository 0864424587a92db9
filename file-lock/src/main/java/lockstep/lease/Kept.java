package lockstep.lease;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lockstep.base.CorruptStoreException;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.RelPath;

/// What a device may not forget of one path when it crashes. The last one kept for a path counts;
/// [Leases] is handed all that were kept, in order, when it starts again.
///
/// @param path [RelPath#ROOT] for what holds of every path that is kept no more
/// @param epoch highest that this device has promised to anybody
/// @param promised the claim that it was promised to, while that lease may run
/// @param own this device's own lock
/// @param broken claims whose promise was broken by force, while their leases may run
public record Kept(
    RelPath path,
    long epoch,
    Optional<SignedMessage> promised,
    Optional<OwnLock> own,
    List<SignedMessage> broken) {
  public Kept {
    broken = List.copyOf(broken);
  }

  /// Of a path where nothing goes on.
  static Kept ofEpoch(RelPath path, long epoch) {
    return new Kept(path, epoch, Optional.empty(), Optional.empty(), List.of());
  }

  /// @param ticket the epoch it was first asked for with
  public record OwnLock(long epoch, long ticket, LockRequest request) {}

  private static final int VERSION = 1;

  public byte[] encode() {
    ProtoWriter out = new ProtoWriter().varint(1, VERSION).bytes(2, path.utf8()).varint(3, epoch);
    promised.ifPresent(claim -> out.bytes(4, claim.encode()));
    own.ifPresent(lock -> out.message(5, own(lock)));
    broken.forEach(claim -> out.bytes(6, claim.encode()));
    return out.toBytes();
  }

  private static ProtoWriter own(OwnLock own) {
    var out = new ProtoWriter().varint(1, own.epoch()).varint(2, own.ticket());
    RecordCodec.request(out, own.request());
    return out;
  }

  /// Reads what this device wrote.
  ///
  /// @throws CorruptStoreException if it did not write that
  public static Kept decode(byte[] bytes) throws CorruptStoreException {
    try {
      return read(ProtoReader.of(bytes));
    } catch (PeerViolationException | IllegalArgumentException e) {
      throw new CorruptStoreException("a lock in the journal is damaged: " + e.getMessage());
    }
  }

  private static Kept read(ProtoReader in) throws PeerViolationException {
    RelPath path = RelPath.ROOT;
    long version = 0;
    long epoch = 0;
    Optional<SignedMessage> promised = Optional.empty();
    Optional<OwnLock> own = Optional.empty();
    var broken = new ArrayList<SignedMessage>();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> version = in.varint();
        case 2 -> path = MessageCodec.path(in);
        case 3 -> epoch = in.varint();
        case 4 -> promised = Optional.of(claim(in));
        case 5 -> own = Optional.of(own(in.message(SignedMessage.BYTES_MAX)));
        case 6 -> broken.add(claim(in));
        default -> in.skip();
      }
    }
    if (version != VERSION) throw new PeerViolationException("written by a newer version");
    return new Kept(path, epoch, promised, own, broken);
  }

  private static SignedMessage claim(ProtoReader in) throws PeerViolationException {
    return SignedMessage.verify(in.bytes(SignedMessage.BYTES_MAX))
        .filter(it -> it.message() instanceof LeaseMessage.Claim)
        .orElseThrow(() -> new PeerViolationException("no claim where one was promised"));
  }

  private static OwnLock own(ProtoReader in) throws PeerViolationException {
    var request = new RecordCodec.RequestParts();
    long epoch = 0;
    long ticket = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> epoch = in.varint();
        case 2 -> ticket = in.varint();
        default -> {
          if (!request.read(field, in)) in.skip();
        }
      }
    }
    return new OwnLock(epoch, ticket, request.request());
  }
}
