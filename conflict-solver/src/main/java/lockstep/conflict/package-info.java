/// Which version of a path is official, and what becomes a conflict copy. No disk, no network, no
/// clock: every answer is a pure function of its arguments, and so the same on every device.
///
/// [ConflictSolver] takes all the versions of one path that the ledger holds and says which one has
/// the name, which ones live on beside it, and what a writer of the next version must have seen.
/// What a version knew is judged by version vectors alone ([lockstep.base.Version#supersedes]);
/// between versions that raced, publication order decides ([lockstep.base.Version#PUBLICATION]):
/// logical clock, then entry hash. Wall clocks decide nothing.
///
/// What the fold guarantees, and its tests check:
///
/// - The result depends on the set of versions only, never on the order in which they arrived.
/// - A content leaves the tree only when a writer who saw it under the path's name replaced or
///   deleted it there. Edit beats delete; equal contents are no conflict.
/// - A chain in which each version knows the one before is never a conflict.
///
/// [ConflictName] spells the name of a copy, as the command-line contract has it.
package lockstep.conflict;
