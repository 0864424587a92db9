/// Contents on their way between members: `/lockstep/chunks/1.0.0`, both ends of it.
///
/// [Fetcher] brings what one folder wants into staged files, [ChunkServer] answers what members ask
/// for. The folder tells them where bytes are already ([LocalContents]) and hears what became of
/// its wishes; nothing here knows of paths' histories, plans or the ledger.
///
/// ```text
/// Fetcher           wishes in, staged and verified files out
///   FetchQueue      who is asked for what, under one monitor: Download, Batch, Task, Agenda (the order)
///   Provider        a member, its Pace (window), its ProviderLinks (streams)
///   Stager          what is done on the disk: ChunkSources (local bytes first), Assembly, ChunkMap
///   AnswerReader    answers of a stream: verified, then written
/// ChunkServer       who may read what
///   AnswerWriter    requests of a stream (ChunkRequest), compressed where it pays (LinkSpeed)
///   ManifestCache, PartialContents (what is still being fetched is passed on, too)
/// Bandwidth         the limits of the device: Throttle
/// ```
///
/// What a peer may make this device hold is bounded in [TransferLimits].
package lockstep.sync.transfer;
