package lockstep.chunk;

import java.io.IOException;
import java.util.stream.Stream;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.testkit.FuzzTarget;
import lockstep.testkit.FuzzTargets;

/// Content that members send; see [FuzzTargets].
class FuzzTest implements FuzzTargets {
  private static final int LENGTH = 1000;

  private static final ChunkRef EXPECTED = new ChunkRef(Blake3.of(new byte[LENGTH]), LENGTH);

  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(
        new FuzzTarget("manifest-node", ManifestNode::decode, PeerViolationException.class),
        new FuzzTarget("chunk-frame", FuzzTest::readFrame, PeerViolationException.class));
  }

  private static void readFrame(byte[] bytes) throws IOException {
    byte[] out = new byte[LENGTH + 2];
    try {
      ChunkFrame.decode(bytes, EXPECTED, out, 1);
    } finally {
      assert out[0] == 0 && out[LENGTH + 1] == 0 : "it writes beside its place";
    }
  }
}
