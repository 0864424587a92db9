package lockstep.ledger;

import lockstep.base.Blake3;
import lockstep.base.WriterId;

/// One entry named by its place and its hash: an entry states what its writer has seen as heads, so
/// that whoever was shown another branch of a forked chain can tell.
record Head(WriterId writer, long sequence, Blake3 hash) {}
