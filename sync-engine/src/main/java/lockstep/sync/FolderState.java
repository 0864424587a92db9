package lockstep.sync;

/// What a folder is doing, as `status` shows it.
public enum FolderState {
  IN_SYNC("in-sync"),
  SCANNING("scanning"),
  SYNCING("syncing"),
  PAUSED("paused"),
  ERROR("error");

  private final String text;

  FolderState(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
