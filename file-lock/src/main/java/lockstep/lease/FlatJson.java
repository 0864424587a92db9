package lockstep.lease;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A JSON object (RFC 8259) of texts and whole numbers, and nothing else: what a marker is. Objects
/// with other values, and texts that are no JSON, are read as none.
final class FlatJson {
  private final String text;
  private int at;

  private FlatJson(String text) {
    this.text = text;
  }

  /// An object of names and values in turn, in their order.
  static Map<String, Object> object(Object... namesAndValues) {
    var object = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return object;
  }

  static String write(Map<String, Object> object) {
    var out = new StringBuilder("{\n");
    String comma = "";
    for (var field : object.entrySet()) {
      out.append(comma).append("  ");
      quote(out, field.getKey());
      out.append(": ");
      if (field.getValue() instanceof String string) {
        quote(out, string);
      } else {
        out.append(field.getValue());
      }
      comma = ",\n";
    }
    return out.append("\n}\n").toString();
  }

  private static void quote(StringBuilder out, String string) {
    out.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c) && isAlone(string, i)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static boolean isAlone(String string, int i) {
    return Character.isHighSurrogate(string.charAt(i))
        ? i + 1 == string.length() || !Character.isLowSurrogate(string.charAt(i + 1))
        : i == 0 || !Character.isHighSurrogate(string.charAt(i - 1));
  }

  static Optional<Map<String, Object>> read(byte[] utf8) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      return Optional.of(new FlatJson(text).object());
    } catch (CharacterCodingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Map<String, Object> object() {
    var object = new LinkedHashMap<String, Object>();
    expect('{');
    if (!skips('}')) {
      do {
        space();
        String name = string();
        expect(':');
        space();
        object.put(name, peek() == '"' ? string() : (Object) number());
      } while (skips(','));
      expect('}');
    }
    space();
    if (at != text.length()) throw malformed();
    return object;
  }

  private long number() {
    int from = at;
    if (peek() == '-') at++;
    while (peek() >= '0' && peek() <= '9') at++;
    return Long.parseLong(text, from, at, 10);
  }

  private String string() {
    if (next() != '"') throw malformed();
    var string = new StringBuilder();
    for (char c = next(); c != '"'; c = next()) {
      if (c < ' ') throw malformed();
      string.append(c == '\\' ? escaped() : c);
    }
    return string.toString();
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        if (at + 4 > text.length()) throw malformed();
        at += 4;
        yield (char) Integer.parseInt(text, at - 4, at, 16);
      }
      default -> throw malformed();
    };
  }

  private void expect(char c) {
    space();
    if (next() != c) throw malformed();
  }

  private boolean skips(char c) {
    space();
    if (peek() != c) return false;
    at++;
    return true;
  }

  private void space() {
    while (" \t\r\n".indexOf(peek()) >= 0 && at < text.length()) at++;
  }

  /// NUL at the end, which JSON has nowhere else.
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private char next() {
    char c = peek();
    if (at == text.length()) throw malformed();
    at++;
    return c;
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("no JSON object of texts and numbers");
  }
}
