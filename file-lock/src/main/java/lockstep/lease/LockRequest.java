package lockstep.lease;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import lockstep.base.Blake3;

/// What a user or an application asks for with a lock.
///
/// @param base the version of the file that the work starts from, whose bytes are there: the hash
///   of its ledger entry; empty if there is none
/// @param baseEpoch the lock epoch signed into that version, 0 if none
/// @param since wall time at which the work began, for people only
/// @param note a word to the others, up to [#TEXT_BYTES_MAX] bytes; may be empty
/// @param override why another's lock is to be broken; empty for an ordinary request
public record LockRequest(
    Optional<Blake3> base, long baseEpoch, Instant since, String note, Optional<String> override) {
  /// Longest note and longest reason, in bytes of UTF-8.
  public static final int TEXT_BYTES_MAX = 1024;

  private static final Instant TIME_MAX = Instant.ofEpochMilli(253_402_300_799_999L);

  public LockRequest {
    if (baseEpoch < 0 || baseEpoch > Lock.EPOCH_MAX) {
      throw new IllegalArgumentException("epoch " + baseEpoch + " is out of range");
    }
    if (since.isBefore(Instant.EPOCH) || since.isAfter(TIME_MAX)) {
      throw new IllegalArgumentException("the year of " + since + " is outside 1970..9999");
    }
    since = Instant.ofEpochMilli(since.toEpochMilli());
    checkText(note);
    override.ifPresent(LockRequest::checkText);
  }

  /// An ordinary request, without a note.
  public static LockRequest of(Optional<Blake3> base, long baseEpoch, Instant since) {
    return new LockRequest(base, baseEpoch, since, "", Optional.empty());
  }

  /// The same request, breaking whatever lock stands in its way.
  ///
  /// @param reason shown to the holder whose lock is broken, and logged
  public LockRequest overriding(String reason) {
    return new LockRequest(base, baseEpoch, since, note, Optional.of(reason));
  }

  public LockRequest withNote(String text) {
    return new LockRequest(base, baseEpoch, since, text, override);
  }

  /// This request as a later one has it: what that starts from, and its note if it has one.
  LockRequest updated(LockRequest now) {
    String word = now.note.isEmpty() ? note : now.note;
    return new LockRequest(now.base, now.baseEpoch, since, word, override);
  }

  static void checkText(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a note or reason has at most " + TEXT_BYTES_MAX + " bytes of UTF-8");
    }
  }
}
