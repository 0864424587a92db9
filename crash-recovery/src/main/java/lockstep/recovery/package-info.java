/// What survives a crash, and how a file comes to stand in a user's folder.
///
/// - [Disks] opens the adapter of the [lockstep.base.Disk] port for this computer: system calls on
///   Linux, `java.nio.file` elsewhere.
/// - [AppendLog] is the durable, checksummed log beneath ledger and journal.
/// - [Journal] is what a folder remembers over a crash: open intents and the applied state.
/// - [Workspace] is `.lockstep` in a shared folder: staged files, their atomic installation, and
///   the history of what was displaced.
package lockstep.recovery;
