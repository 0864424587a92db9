package lockstep.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.stream.Stream;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.RelPath;
import lockstep.base.Varints;

/// What all other readers are made of; see [FuzzTargets]. Here, since `base` cannot use the
/// testkit.
class BaseFuzzTest implements FuzzTargets {
  private static final int DEPTH_MAX = 4;

  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(
        new FuzzTarget(
            "proto", bytes -> walk(ProtoReader.of(bytes), 0), PeerViolationException.class),
        new FuzzTarget(
            "varint",
            bytes -> Varints.read(new ByteArrayInputStream(bytes), 1 << 20),
            IOException.class),
        new FuzzTarget("path", BaseFuzzTest::path, IllegalArgumentException.class),
        new FuzzTarget("peer-id", PeerId::fromBytes, IllegalArgumentException.class),
        new FuzzTarget(
            "peer-id-text",
            bytes -> PeerId.parse(new String(bytes, UTF_8)),
            IllegalArgumentException.class));
  }

  /// Reads each field in a way that its number says, so that every kind is read where another
  /// stands, too.
  private static void walk(ProtoReader in, int depth) throws PeerViolationException {
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> in.varint();
        case 2 -> in.fixed64();
        case 3 -> in.bytes(64);
        case 4 -> in.string(64);
        case 5 -> in.int32(-1, 1000);
        case 6 -> {
          if (depth < DEPTH_MAX) walk(in.message(1000), depth + 1);
        }
        default -> in.skip();
      }
    }
  }

  /// What is no path of the folder is none of its parts either.
  private static void path(byte[] bytes) {
    RelPath path = RelPath.fromUtf8(bytes);
    for (String name : path.toString().split("/", -1)) {
      boolean escapes = name.equals("..") || name.equals(".") || name.indexOf('\0') >= 0;
      if (escapes) throw new AssertionError("it leaves the folder: " + path);
    }
    if (!RelPath.fromUtf8(path.utf8()).equals(path)) throw new AssertionError("it is not kept");
  }
}
