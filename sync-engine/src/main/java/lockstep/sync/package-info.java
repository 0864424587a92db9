/// One shared folder as a deterministic state machine, with the executors it acts through.
///
/// **The way in** is [lockstep.sync.SyncEngine], opened by [lockstep.sync.SyncEngines]: all folders of one
/// device. Everything else is package-private, or in packages that nobody outside sees:
/// [lockstep.sync.transfer] moves contents, [lockstep.sync.watch] hears of changes on the disk,
/// [lockstep.sync.ignore] says what is not synced.
///
/// **One folder** (`Folder`) is a loop (`FolderLoop`) that owns three trees (`Trees`): *Global* (what the
/// ledger says), *Disk* (what was last observed, `DiskTree`) and *Applied* (what this device last made
/// the disk equal to). Events come into its `Mailbox`; after each burst it takes a turn: `Planner`
/// decides, path by path and purely, what is needed; local changes are published to the ledger, steps go
/// to the `Applier`, wishes for content to the `Fetcher`.
///
/// The loop has five sides, each the owner of its own bookkeeping, all on the loop's one thread:
/// `Observing` (with `Scans` and `KnownContents`) keeps Disk up to date through the `Observer`; `Planning`
/// sends each of the `Decisions` on its way; the `Outbox` publishes; `Fetching` and `Applying` carry out,
/// through the `Fetcher` and the `Applier`, and what is to be copied first the `Sources` spare. They share the `LoopState`: the trees, the paths that are
/// `Busy`, and the `Trouble` there is.
///
///     disk   → Watcher, Scanner, Quiet → Observer (stat, hash) → Disk ─┐
///                                                                      ├→ Planner → Decision
///     member → SyncSession → Members → Ledger.accept → Global ─────────┘        │
///                                                                               ├→ Outbox → Ledger.append → members
///                                                                               ├→ Download → Fetcher → staging ─┐
///                                                                               └→ Plan → Step ──────────────────┴→ Applier → disk
///
/// **Looking**: `Watcher` (inotify, or the JDK's) only hints; `Quiet` decides when a path is worth a
/// look; `Scanner` walks; `IgnoreRules` leave out what is not synced.
///
/// **Changing**: `Applier` is the only one that changes what a user sees. It journals what it is about to
/// do, syncs, and checks that what it replaces is what the plan saw; else it does nothing and the path is
/// planned anew.
///
/// **Members**: `Device` greets peers, `Dialer` keeps them connected, `SyncStream` is one folder's
/// conversation with one member (`/lockstep/sync/1.0.0`), `Joining` and `Admitting` are the two ends of an
/// invitation (`/lockstep/join/1.0.0`), `ChunkServer` and `Fetcher` those of `/lockstep/chunks/1.0.0`.
package lockstep.sync;
