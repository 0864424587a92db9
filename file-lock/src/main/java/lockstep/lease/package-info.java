/// Who works on which file. No disk, no network, no clock, no thread: every answer follows from the
/// inputs, so that a whole cluster of devices can be simulated.
///
/// - [Leases] is the lease table of one folder on one device: inputs in, [Effect]s out. What it
///   says to other members are [SignedMessage]s; what a crash may not take from it is [Kept]. How a
///   path stands is a [Standing], how far that can be relied on a [Strength].
/// - [Lockables] says which files are locked at all, [ApplicationMarkers] which document an
///   application's own lock or temporary file stands for, [AutoLock] when a file is locked and
///   released without anybody asking.
/// - [LockMode] and [LockMarker] say what a file locked elsewhere looks like here: read-only, with
///   a marker `.name.lock` beside it that holds all it takes to undo that.
///
/// Locks keep people apart and never decide whether bytes are kept: a save that comes too late
/// becomes a conflict copy. See docs/locks.md for what is promised and what cannot be.
package lockstep.lease;
