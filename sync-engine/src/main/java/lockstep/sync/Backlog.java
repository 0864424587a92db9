package lockstep.sync;

/// What a member has not of a folder.
///
/// @param missingFiles files that it still has to fetch or to delete
/// @param missingBytes what has still to come of those
/// @param leftOutFiles files that it does not sync, because rules on its device say so
record Backlog(long missingFiles, long missingBytes, long leftOutFiles, long leftOutBytes) {
  static final Backlog NONE = new Backlog(0, 0, 0, 0);
}
