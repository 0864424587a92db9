package lockstep.recovery;

import java.io.IOException;
import lockstep.base.DiskFile;

/// A file in the making, in `.lockstep/staging`, where no user and no scanner looks. It stays over
/// restarts until it is installed or discarded.
public final class StagedFile implements AutoCloseable {
  private final Workspace workspace;
  private final String id;
  private final DiskFile file;

  StagedFile(Workspace workspace, String id, DiskFile file) {
    this.workspace = workspace;
    this.id = id;
    this.file = file;
  }

  public String id() {
    return id;
  }

  /// Open for reading and writing; created with mode 0600.
  public DiskFile file() {
    return file;
  }

  /// Closes and deletes it.
  public void discard() throws IOException {
    close();
    workspace.discard(id);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
