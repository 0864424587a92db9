package lockstep.chunk;

import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.testkit.Fuzz;
import org.junit.jupiter.api.Test;

/// Content that members send; see [Fuzz].
class FuzzTest {
  private static final int LENGTH = 1000;

  @Test
  void manifests() {
    Fuzz.run("manifest-node", ManifestNode::decode, PeerViolationException.class);
  }

  @Test
  void chunks() {
    var expected = new ChunkRef(Blake3.of(new byte[LENGTH]), LENGTH);
    Fuzz.run(
        "chunk-frame",
        bytes -> {
          byte[] out = new byte[LENGTH + 2];
          try {
            ChunkFrame.decode(bytes, expected, out, 1);
          } finally {
            assert out[0] == 0 && out[LENGTH + 1] == 0 : "it writes beside its place";
          }
        },
        PeerViolationException.class);
  }
}
