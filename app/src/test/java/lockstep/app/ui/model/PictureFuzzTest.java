package lockstep.app.ui.model;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.stream.Stream;
import lockstep.testkit.FuzzTarget;
import lockstep.testkit.FuzzTargets;

/// The window's looks into files that any member may have written; see [FuzzTargets].
class PictureFuzzTest implements FuzzTargets {
  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(
        new FuzzTarget(
            "blend",
            bytes -> BlendThumbnail.of(new ByteArrayInputStream(bytes)),
            IOException.class));
  }
}
