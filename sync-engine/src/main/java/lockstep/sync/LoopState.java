package lockstep.sync;

/// What all sides of a folder's loop share: the clock that wakes it, the trees, the paths that are
/// busy, and what went wrong. Owned by the loop; whoever is handed this runs on it.
record LoopState(Clockwork clock, Trees trees, Busy busy, Trouble trouble) {}
