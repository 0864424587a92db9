/// A simulated computer: time, threads and file systems that a test owns altogether.
///
/// Everything happens on the caller's thread, in an order that one seed decides, so that a run can
/// be repeated bit for bit and a crash can come at any moment. [Scheduler] holds what is to happen
/// when; [SimThreads] stands in for a thread; [SimDisk] is a file system that forgets what was not
/// synced, as POSIX allows it, and that tells of its changes as a watcher would.
@NullMarked
package lockstep.testkit.sim;

import org.jspecify.annotations.NullMarked;
