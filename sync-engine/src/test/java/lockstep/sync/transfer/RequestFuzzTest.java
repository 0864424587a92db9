package lockstep.sync.transfer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.stream.Stream;
import lockstep.testkit.FuzzTarget;
import lockstep.testkit.FuzzTargets;

/// What members ask for; see [FuzzTargets].
class RequestFuzzTest implements FuzzTargets {
  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(
        new FuzzTarget(
            "chunk-request",
            bytes -> ChunkRequest.read(new ByteArrayInputStream(bytes)),
            IOException.class));
  }
}
