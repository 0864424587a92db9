package lockstep.sync.transfer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import lockstep.testkit.Fuzz;
import org.junit.jupiter.api.Test;

/// What members ask for; see [Fuzz].
class RequestFuzzTest {
  @Test
  void requests_for_content() {
    Fuzz.run(
        "chunk-request",
        bytes -> ChunkRequest.read(new ByteArrayInputStream(bytes)),
        IOException.class);
  }
}
