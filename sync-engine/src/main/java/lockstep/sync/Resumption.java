package lockstep.sync;

/// How a folder is to go on after it has stopped.
public enum Resumption {
  /// As it was; what it asked about is asked again.
  PLAIN,
  /// The mass change that it stopped for was meant: exactly that goes on.
  ACCEPT_DELETIONS,
  /// The mass change was not meant: the files are brought back, here or at the others.
  RESTORE
}
