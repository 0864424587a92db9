package lockstep.recovery;

import java.io.IOException;
import java.nio.file.Path;
import lockstep.base.Disk;

class NioWorkspaceTest extends WorkspaceContract {
  @Override
  Disk open(Path root) throws IOException {
    return new NioDisk(root);
  }
}
