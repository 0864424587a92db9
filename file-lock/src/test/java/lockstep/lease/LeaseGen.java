package lockstep.lease;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PrivateKey;
import lockstep.base.RelPath;
import lockstep.testkit.Gen;

/// Makes any lock message that can be.
final class LeaseGen {
  static final Blake3 FOLDER = Blake3.of(new byte[] {7});
  static final Signer SIGNER = Signer.of(PrivateKey.ofSeed(new byte[PrivateKey.SEED_LENGTH]));

  private final Gen gen;

  LeaseGen(long seed) {
    gen = new Gen(seed);
  }

  SignedMessage signed() {
    return sign(message());
  }

  SignedMessage claim() {
    return sign(new LeaseMessage.Claim(record()));
  }

  static SignedMessage sign(LeaseMessage message) {
    return SignedMessage.sign(SIGNER, FOLDER, message);
  }

  LeaseMessage message() {
    return switch (gen.between(0, 5)) {
      case 0 -> new LeaseMessage.Claim(record());
      case 1 -> new LeaseMessage.Promise(path(), SIGNER.self(), epoch(), epoch());
      case 2 -> {
        Optional<LeaseMessage.Relayed> inTheWay =
            gen.chance(50) ? Optional.of(relayed()) : Optional.empty();
        yield new LeaseMessage.Refusal(path(), SIGNER.self(), epoch(), epoch(), inTheWay);
      }
      case 3 -> known();
      case 4 -> new LeaseMessage.Reach(gen.chance(50) ? Set.of() : Set.of(SIGNER.self()));
      default -> new LeaseMessage.Ask(path(), text());
    };
  }

  private LeaseMessage known() {
    var claims = new ArrayList<LeaseMessage.Relayed>();
    for (int i = gen.between(0, 5); i > 0; i--) claims.add(relayed());
    return new LeaseMessage.Known(claims);
  }

  private LeaseMessage.Relayed relayed() {
    return new LeaseMessage.Relayed(claim(), Duration.ofMillis(gen.between(0, 112_500)));
  }

  LockRecord record() {
    long epoch = epoch();
    var lock = new Lock(path(), SIGNER.self(), epoch, request());
    long ticket = gen.chance(50) ? epoch : 1;
    var length = Duration.ofMillis(gen.between(1000, 90_000));
    return new LockRecord(lock, ticket, epoch(), length, phase());
  }

  private LockRecord.Phase phase() {
    return switch (gen.between(0, 4)) {
      case 0 -> new LockRecord.Phase.Released(version());
      case 1 -> new LockRecord.Phase.Held(new Strength.Requested());
      case 2 -> new LockRecord.Phase.Held(new Strength.Soft(gen.between(0, 9), 20));
      case 3 -> new LockRecord.Phase.Held(new Strength.Firm(gen.between(0, 9), 9));
      default -> new LockRecord.Phase.Held(new Strength.Unconfirmed());
    };
  }

  LockRequest request() {
    var since = Instant.ofEpochMilli(gen.pick(List.of(0L, 1L, 1_790_000_000_123L)));
    Optional<String> override = gen.chance(30) ? Optional.of(text()) : Optional.empty();
    long baseEpoch = gen.chance(50) ? 0 : epoch();
    return new LockRequest(version(), baseEpoch, since, text(), override);
  }

  Kept kept() {
    Optional<SignedMessage> promised = gen.chance(50) ? Optional.of(claim()) : Optional.empty();
    Optional<Kept.OwnLock> own =
        gen.chance(50)
            ? Optional.of(new Kept.OwnLock(epoch(), epoch(), request()))
            : Optional.empty();
    var broken = new ArrayList<SignedMessage>();
    for (int i = gen.between(0, 2); i > 0; i--) broken.add(claim());
    return new Kept(gen.chance(10) ? RelPath.ROOT : path(), epoch(), promised, own, broken);
  }

  LockMarker marker() {
    return new LockMarker(
        gen.name(),
        new PeerId(SIGNER.self().key()),
        gen.name(),
        request().since(),
        text(),
        gen.anyLong(),
        gen.between(0, 07777),
        gen.anyLong());
  }

  private Optional<Blake3> version() {
    return gen.chance(50) ? Optional.of(Blake3.of(gen.bytes(4))) : Optional.empty();
  }

  private RelPath path() {
    return RelPath.of(gen.path(4));
  }

  private long epoch() {
    return 1 + (gen.anyLong() >>> 4) % Lock.EPOCH_MAX;
  }

  private String text() {
    String text = gen.chance(20) ? "" : gen.path(5);
    while (text.getBytes(StandardCharsets.UTF_8).length > LockRequest.TEXT_BYTES_MAX) {
      text = text.substring(1);
    }
    return text;
  }
}
