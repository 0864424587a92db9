/// The signed, hash-chained, append-only ledger of one folder, and the folder state derived from
/// it.
///
/// [Ledger] is the way in. It keeps a chain of entries for each writer (a device and its
/// incarnation) in an [lockstep.recovery.AppendLog], takes other members' entries after checking
/// them, and keeps two views up to date, both pure functions of the set of entries: [Members], who
/// may do what, and [GlobalTree], what the folder holds.
///
/// An [Entry] states one [Payload]. Its writer signs the exact bytes, which name
///
/// - the folder (the hash of its genesis), so that no entry can be spliced into another;
/// - the writer, the place in its chain and the hash of the entry before;
/// - the heads of other chains that the writer has seen since, by place and hash. This fixes what
///   an entry depends on: receivers hold nothing back and refuse what has a gap, the logical clock
///   is checked to be exactly one past it, a right is judged by what its writer knew, and no change
///   can supersede what its writer had not seen;
/// - what is stated: a genesis, a grant, a revocation, an invitation, a batch of changes, or what
///   is to become of a device that forked its chain.
///
/// The formats stand in `BodyCodec` and `ChangesCodec`. What each check is for: `Draft` (does an
/// entry fit?), `Intake` (is it taken yet?), `Membership` (who may?), `TreeState` (what follows for
/// a path?), `CopyPlaces` (where do conflict copies stand?).
///
/// A chain can fork: its device told two histories. Each branch is a `Lane`, a chain of its own;
/// `Names` says how version vectors tell them apart, `Sight` reads them in an entry. The decision
/// record on forks tells why. A folder without forks has one lane for each chain, and nothing to
/// translate.
///
/// Everything is in memory but the payloads: some 80 bytes for an entry, some 100 for a path.
package lockstep.ledger;
