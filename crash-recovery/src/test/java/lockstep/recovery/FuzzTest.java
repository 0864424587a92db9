package lockstep.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.stream.Stream;
import lockstep.base.CorruptStoreException;
import lockstep.base.RelPath;
import lockstep.testkit.FuzzTarget;
import lockstep.testkit.FuzzTargets;

/// What a disk gives back that did not keep what it was given, and the marker that anybody may
/// write into the folder; see [FuzzTargets].
class FuzzTest implements FuzzTargets {
  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(
        new FuzzTarget("log-frame", FuzzTest::frame),
        new FuzzTarget(
            "journal-record",
            bytes -> new JournalRecord.Replayed().record(0, bytes),
            IOException.class),
        new FuzzTarget(
            "history-item", bytes -> History.decode("1", bytes), CorruptStoreException.class),
        new FuzzTarget(
            "folder-marker",
            bytes -> Marker.text(RelPath.of("folder"), new String(bytes, UTF_8)),
            IOException.class));
  }

  private static void frame(byte[] bytes) {
    for (int at = 0; at < bytes.length; at++) LogFrame.isIntact(bytes, at, bytes.length, at);
  }
}
