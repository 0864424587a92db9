package lockstep.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import lockstep.base.Disk;
import org.junit.jupiter.api.Test;

class NioDiskTest extends DiskContract {
  @Override
  Disk open(Path root) throws IOException {
    return new NioDisk(root);
  }

  @Override
  boolean keepsSlashes() {
    return false;
  }

  @Test
  void it_says_that_it_cannot_exchange() {
    assertThat(disk.canExchange()).isFalse();
    assertThatThrownBy(() -> disk.exchange(path("a"), path("b")))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
