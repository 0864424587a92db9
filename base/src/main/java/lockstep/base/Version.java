package lockstep.base;

import java.time.Instant;
import java.util.Comparator;

/// One version of one path, as a ledger entry states it.
///
/// @param writer who wrote the entry
/// @param sequence the entry's number in that writer's chain, from 1; with the path it names the
///   version
/// @param clock logical publication clock of the entry: 1 + the highest the writer had seen
/// @param entry hash of the entry
/// @param savedAt wall time in the entry, for people only: it never orders anything
/// @param node what stands at the path
/// @param history the versions this one has seen, itself included
/// @param epoch of the lock under which it was saved, 0 for none: of versions that raced the one
///   with the higher is official
public record Version(
    WriterId writer,
    long sequence,
    long clock,
    Blake3 entry,
    Instant savedAt,
    Node node,
    VersionVector history,
    long epoch) {

  /// A version that no lock fences.
  public Version(
      WriterId writer,
      long sequence,
      long clock,
      Blake3 entry,
      Instant savedAt,
      Node node,
      VersionVector history) {
    this(writer, sequence, clock, entry, savedAt, node, history, 0);
  }

  /// The same, saved under a lock.
  public Version under(long lockEpoch) {
    return lockEpoch == epoch
        ? this
        : new Version(writer, sequence, clock, entry, savedAt, node, history, lockEpoch);
  }

  /// Publication order: the lower of two concurrent versions is the official one (rule 3, ruling
  /// 7). It extends causality, since a writer's clock passes every clock it has seen.
  public static final Comparator<Version> PUBLICATION =
      Comparator.comparingLong(Version::clock).thenComparing(Version::entry);

  /// Whether this version was made knowing `that` (or is it).
  public boolean supersedes(Version that) {
    return history.includes(that.writer, that.sequence);
  }
}
