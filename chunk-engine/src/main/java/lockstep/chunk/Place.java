package lockstep.chunk;

import lockstep.base.Content;

/// Where a chunk can be read on this computer: in any file of that content.
///
/// @param offset bytes from the file's begin
public record Place(Content content, long offset, int length) {}
