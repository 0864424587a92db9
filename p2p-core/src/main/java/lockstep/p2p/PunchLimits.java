package lockstep.p2p;

import java.time.Duration;

/// How hard a direct way is looked for to a peer that is connected through a relay.
///
/// @param addresses of a peer that are tried, and of this device that are told
/// @param exchangeTime for the messages that agree on an attempt
/// @param dialTime for the attempt itself
/// @param firstRetry pause after the first failure; twice as long after each further one
/// @param lastRetry the longest pause
/// @param requestsPerMinute of one peer
/// @param drainTime for what still runs through the relay once there is a direct connection
public record PunchLimits(
    int addresses,
    Duration exchangeTime,
    Duration dialTime,
    Duration firstRetry,
    Duration lastRetry,
    int requestsPerMinute,
    Duration drainTime) {

  /// What the daemon runs with (docs/decisions/0026-hole-punching.md).
  public static final PunchLimits DEFAULT =
      new PunchLimits(
          8,
          Duration.ofSeconds(10),
          Duration.ofSeconds(8),
          Duration.ofSeconds(2),
          Duration.ofHours(1),
          12,
          Duration.ofMinutes(1));
}
