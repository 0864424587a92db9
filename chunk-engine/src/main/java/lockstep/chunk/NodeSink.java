package lockstep.chunk;

import lockstep.base.Blake3;

/// Takes the encoded nodes of manifest trees.
@FunctionalInterface
public interface NodeSink {
  /// @param bytes owned by the receiver from here on
  void node(Blake3 hash, byte[] bytes);
}
