package lockstep.lease;

import java.time.Duration;

/// How long a lease lasts and how often it is renewed, all in elapsed time of whoever counts.
///
/// A holder counts from the moment it *sent* the renewal that a majority answered, a grantor from
/// the moment it received it, and a quarter longer: so the holder has stopped before anybody else
/// may begin, as long as no clock runs a quarter faster than another.
///
/// @param length of a lease as its holder counts it, 1 to 90 s
/// @param renewal how often a holder renews, below half the length: one lost renewal costs nothing
public record LeaseTerms(Duration length, Duration renewal) {
  static final Duration LENGTH_MIN = Duration.ofSeconds(1);

  /// The longest that leaves others waiting for less than 120 s after a holder vanished.
  static final Duration LENGTH_MAX = Duration.ofSeconds(90);

  /// 60 s, renewed every 20 s.
  public static final LeaseTerms DEFAULT =
      new LeaseTerms(Duration.ofSeconds(60), Duration.ofSeconds(20));

  public LeaseTerms {
    checkLength(length);
    if (!renewal.isPositive() || renewal.plus(renewal).compareTo(length) > 0) {
      throw new IllegalArgumentException(
          "a lease of %s cannot be renewed every %s: that must be at most half of it"
              .formatted(length, renewal));
    }
  }

  static void checkLength(Duration length) {
    if (length.compareTo(LENGTH_MIN) < 0 || length.compareTo(LENGTH_MAX) > 0) {
      throw new IllegalArgumentException("a lease lasts 1 to 90 s, not " + length);
    }
  }

  /// How long others let a lease of such a length stand without hearing of it, in nanoseconds.
  static long grantNanos(Duration length) {
    return length.toNanos() / 4 * 5;
  }
}
