package lockstep.p2p;

import java.util.ArrayList;
import java.util.List;

/// IP addresses as text, without the JDK's habits of looking names up and of turning v4-mapped IPv6
/// addresses into IPv4. IPv6 is written as RFC 5952 says.
final class IpLiteral {
  private static final int GROUPS = 8;

  private IpLiteral() {}

  static byte[] parse4(String text) {
    String[] parts = text.split("\\.", -1);
    byte[] bytes = new byte[4];
    if (parts.length != 4) throw bad(text);
    for (int i = 0; i < 4; i++) {
      if (!parts[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(parts[i]) > 255) {
        throw bad(text);
      }
      bytes[i] = (byte) Integer.parseInt(parts[i]);
    }
    return bytes;
  }

  static byte[] parse6(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) throw bad(text);
    List<Integer> front = groups(gap < 0 ? text : text.substring(0, gap), text);
    List<Integer> back = gap < 0 ? List.of() : groups(text.substring(gap + 2), text);
    int given = front.size() + back.size();
    if (gap < 0 ? given != GROUPS : given >= GROUPS) throw bad(text);
    byte[] bytes = new byte[2 * GROUPS];
    for (int i = 0; i < front.size(); i++) {
      put(bytes, i, front.get(i));
    }
    for (int i = 0; i < back.size(); i++) {
      put(bytes, GROUPS - back.size() + i, back.get(i));
    }
    return bytes;
  }

  static String text(byte[] bytes) {
    return bytes.length == 4 ? text4(bytes, 0) : text6(bytes);
  }

  private static List<Integer> groups(String part, String whole) {
    var groups = new ArrayList<Integer>();
    if (part.isEmpty()) return groups;
    String[] pieces = part.split(":", -1);
    for (int i = 0; i < pieces.length; i++) {
      if (i == pieces.length - 1 && pieces[i].indexOf('.') >= 0) {
        byte[] four = parse4(pieces[i]);
        groups.add((four[0] & 0xff) << 8 | four[1] & 0xff);
        groups.add((four[2] & 0xff) << 8 | four[3] & 0xff);
      } else if (pieces[i].matches("[0-9a-fA-F]{1,4}")) {
        groups.add(Integer.parseInt(pieces[i], 16));
      } else {
        throw bad(whole);
      }
    }
    return groups;
  }

  private static void put(byte[] bytes, int group, int value) {
    bytes[2 * group] = (byte) (value >>> 8);
    bytes[2 * group + 1] = (byte) value;
  }

  private static int group(byte[] bytes, int group) {
    return (bytes[2 * group] & 0xff) << 8 | bytes[2 * group + 1] & 0xff;
  }

  private static String text4(byte[] bytes, int at) {
    String first = (bytes[at] & 0xff) + "." + (bytes[at + 1] & 0xff);
    return first + "." + (bytes[at + 2] & 0xff) + "." + (bytes[at + 3] & 0xff);
  }

  private static String text6(byte[] bytes) {
    if (isMapped4(bytes)) return "::ffff:" + text4(bytes, 12);
    int gapStart = -1;
    int gapLength = 1; // a single group of zeros is not shortened
    for (int i = 0; i < GROUPS; i++) {
      int length = zeros(bytes, i);
      if (length > gapLength) {
        gapStart = i;
        gapLength = length;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == gapStart) {
        text.append("::");
        i += gapLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') text.append(':');
        text.append(Integer.toHexString(group(bytes, i)));
      }
    }
    return text.toString();
  }

  private static boolean isMapped4(byte[] bytes) {
    return zeros(bytes, 0) == 5 && group(bytes, 5) == 0xffff;
  }

  private static int zeros(byte[] bytes, int from) {
    int count = 0;
    while (from + count < GROUPS && group(bytes, from + count) == 0) {
      count++;
    }
    return count;
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException("'%s' is no IP address of this kind".formatted(text));
  }
}
