package lockstep.lease;

import java.nio.charset.StandardCharsets;
import lockstep.base.Blake3;
import lockstep.base.RelPath;

/// How markers are called: `scene.blend` has `.scene.blend.lock`.
final class MarkerName {
  private static final String PREFIX = ".";
  private static final String SUFFIX = ".lock";

  /// Hexadecimal digits that stand for what was cut off.
  private static final int HASH_DIGITS = 16;

  private MarkerName() {}

  static RelPath of(RelPath file) {
    String name = file.name();
    String marker = PREFIX + name + SUFFIX;
    if (bytes(marker) > RelPath.COMPONENT_BYTES_MAX) {
      String hash = "~" + Blake3.of(utf8(name)).toString().substring(0, HASH_DIGITS);
      int room = RelPath.COMPONENT_BYTES_MAX - bytes(PREFIX + hash + SUFFIX);
      marker = PREFIX + shorten(name, room) + hash + SUFFIX;
    }
    return file.parent().resolve(marker);
  }

  static boolean isLikely(String name) {
    return name.startsWith(PREFIX)
        && name.endsWith(SUFFIX)
        && name.length() > PREFIX.length() + SUFFIX.length();
  }

  private static String shorten(String name, int bytesMax) {
    int end = name.length();
    while (bytes(name.substring(0, end)) > bytesMax) {
      end = name.offsetByCodePoints(end, -1);
    }
    return name.substring(0, end);
  }

  private static int bytes(String text) {
    return utf8(text).length;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
