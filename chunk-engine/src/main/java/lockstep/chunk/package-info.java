/// What a file consists of: chunks named by their hash, and the manifest that lists them.
///
/// **Cutting.** [Splitter] reads a file once. [Chunking] says from the size alone how it is cut: a
/// small file is one chunk, a middling one is cut at fixed places, a large one where its content
/// says so (`FastCdc`), so that bytes inserted at the front move all others along without changing
/// their chunks.
///
/// **Naming.** A [Manifest] is the list of chunks in memory. On disk and on the wire that of a file
/// of several chunks is a tree (`ManifestTree`) of nodes cut by content too: the root's hash, with
/// the size, is the file's [lockstep.base.Content], and an edit replaces one node a level. The tree
/// of a hostile peer is checked node by node (`ManifestNode`: bounds) and against itself and the
/// size (`ManifestTree`), before a manifest comes of it.
///
/// **Keeping.** [ChunkStore] keeps nodes in a file that may be lost at any time (`NodeTable`), and
/// in memory where chunks can be read on this computer (`ChunkIndex`). Chunks themselves it does
/// not keep: they are in the user's files.
///
/// **Sending.** [ChunkFrame] packs a chunk for the wire, compressed where a probe says it pays, and
/// unpacks what a peer sends: never more than the expected length, and only if the hash is right.
///
/// Sizes of chunks and nodes, the gear table, the cut rules and the hash contexts are the format:
/// changed, they name every file anew.
package lockstep.chunk;
