package lockstep.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import lockstep.base.Blake3;
import lockstep.base.WriterId;

/// One signed statement in a writer's chain. Immutable. An `Entry` that exists was signed by its
/// writer's device; that it fits the ledger is the [Ledger]'s to say.
///
/// The hash covers the exact bytes of the body but not the signature: a key's owner can sign one
/// body in many ways, and two spellings of one statement must stay one entry. Each copy's signature
/// is checked all the same.
public final class Entry {
  /// Longest encoded entry, in bytes.
  public static final int ENCODED_BYTES_MAX = 1 << 20;

  /// Last wall time that an entry can carry: the end of the year 9999.
  static final Instant TIME_MAX = Instant.ofEpochMilli(253_402_300_799_999L);

  private final Body body;
  private final Blake3 hash;
  private final byte[] encoded;

  Entry(Body body, Blake3 hash, byte[] encoded) {
    this.body = body;
    this.hash = hash;
    this.encoded = encoded;
  }

  /// What is signed.
  ///
  /// @param folder absent in the genesis alone, whose own hash it would be
  /// @param previous absent in the first entry of a chain
  /// @param seen heads of other chains that the writer has seen since its previous entry
  record Body(
      Optional<Blake3> folder,
      WriterId writer,
      long sequence,
      Optional<Blake3> previous,
      long clock,
      Instant wallTime,
      List<Head> seen,
      Payload payload) {
    Body {
      wallTime = checkedTime(wallTime);
      seen = List.copyOf(seen);
      boolean genesis = payload instanceof Payload.Genesis;
      if (genesis != folder.isEmpty() || genesis && sequence != 1) {
        throw new IllegalArgumentException("a genesis, and it alone, names no folder");
      }
      if (sequence < 1 || previous.isPresent() != (sequence > 1) || clock < 1) {
        throw new IllegalArgumentException("entry %d has no such place".formatted(sequence));
      }
    }
  }

  /// A wall time as entries carry it: in milliseconds, from 1970 to 9999.
  static Instant checkedTime(Instant time) {
    if (time.isBefore(Instant.EPOCH) || time.isAfter(TIME_MAX)) {
      throw new IllegalArgumentException(time + " is no time from 1970 to 9999");
    }
    return Instant.ofEpochMilli(time.toEpochMilli());
  }

  Body body() {
    return body;
  }

  public WriterId writer() {
    return body.writer;
  }

  /// The place in the writer's chain, from 1.
  public long sequence() {
    return body.sequence;
  }

  /// The hash of the writer's entry before; absent in its first.
  public Optional<Blake3> previous() {
    return body.previous;
  }

  /// Logical clock: 1 + the highest that the writer had seen.
  public long clock() {
    return body.clock;
  }

  /// For people only: the writer's wall clock.
  public Instant wallTime() {
    return body.wallTime;
  }

  public Payload payload() {
    return body.payload;
  }

  public Blake3 hash() {
    return hash;
  }

  /// A fresh copy of the exact bytes, signature included, as they travel.
  public byte[] encoded() {
    return encoded.clone();
  }

  int encodedLength() {
    return encoded.length;
  }

  /// The bytes themselves, for writing them out without a copy.
  byte[] encodedUnshared() {
    return encoded;
  }

  Head head() {
    return new Head(body.writer, body.sequence, hash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Entry that && hash.equals(that.hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "Entry[%s, %s/%d]".formatted(hash.brief(), body.writer, body.sequence);
  }
}
