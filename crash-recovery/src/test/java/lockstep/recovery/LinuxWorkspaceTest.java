package lockstep.recovery;

import java.io.IOException;
import java.nio.file.Path;
import lockstep.base.Disk;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LinuxWorkspaceTest extends WorkspaceContract {
  @Override
  Disk open(Path root) throws IOException {
    return LinuxDisk.open(root).orElseThrow();
  }
}
