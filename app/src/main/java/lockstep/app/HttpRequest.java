package lockstep.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One HTTP/1.1 request, read whole (RFC 9112). Only what the control API needs is understood, and
/// all of it is bounded: no chunked bodies, no continuation lines, no trailers.
///
/// @param path the decoded segments of the path
/// @param query the decoded parameters
/// @param headers names in lower case; a repeated header keeps its last value
record HttpRequest(
    String method,
    List<String> path,
    Map<String, String> query,
    Map<String, String> headers,
    Body body) {

  static final int HEAD_BYTES_MAX = 16 << 10;
  static final int BODY_BYTES_MAX = 1 << 20;

  /// What came after the head. A class of its own because arrays have no value equality.
  static final class Body {
    private final byte[] bytes;

    private Body(byte[] bytes) {
      this.bytes = bytes;
    }

    /// The body as JSON; an empty one as an object without members.
    JsonObject json() throws IOException {
      return bytes.length == 0 ? new JsonObject(Map.of()) : Json.parseObject(bytes);
    }
  }

  /// Reads a request to its end.
  ///
  /// @throws IOException if it is malformed or too large
  static HttpRequest read(InputStream in) throws IOException {
    String[] lines = head(in).stripTrailing().split("\r\n");
    String[] start = lines[0].split(" ");
    if (start.length != 3 || !start[2].startsWith("HTTP/1.")) {
      throw new IOException("malformed request line");
    }
    Map<String, String> headers = headers(lines);
    String[] target = start[1].split("\\?", 2);
    return new HttpRequest(
        start[0],
        segments(target[0]),
        target.length == 2 ? parameters(target[1]) : Map.of(),
        headers,
        new Body(body(in, headers)));
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }

  /// The head of a message, up to and with the empty line.
  static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream(512);
    int matched = 0; // how much of CR LF CR LF stands at the end
    while (matched < 4) {
      int next = in.read();
      if (next < 0) throw new IOException("the request ends early");
      if (head.size() == HEAD_BYTES_MAX) throw new IOException("the request head is too large");
      head.write(next);
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.UTF_8);
  }

  private static Map<String, String> headers(String[] lines) throws IOException {
    var headers = new HashMap<String, String>();
    for (String line : Arrays.asList(lines).subList(1, lines.length)) {
      int colon = line.indexOf(':');
      if (colon < 1) throw new IOException("malformed header");
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private static List<String> segments(String path) throws IOException {
    if (!path.startsWith("/")) throw new IOException("malformed request target");
    var segments = new ArrayList<String>();
    for (String segment : path.substring(1).split("/")) segments.add(decoded(segment));
    return List.copyOf(segments);
  }

  private static Map<String, String> parameters(String query) throws IOException {
    var parameters = new HashMap<String, String>();
    for (String pair : query.split("&")) {
      String[] parts = pair.split("=", 2);
      parameters.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
    }
    return parameters;
  }

  private static String decoded(String text) throws IOException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IOException("malformed escape in the request target", e);
    }
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (headers.containsKey("transfer-encoding")) {
      throw new IOException("a request body needs a Content-Length");
    }
    String stated = headers.getOrDefault("content-length", "0");
    if (!stated.matches("[0-9]{1,7}") || Integer.parseInt(stated) > BODY_BYTES_MAX) {
      throw new IOException("the request body is too large");
    }
    byte[] body = in.readNBytes(Integer.parseInt(stated));
    if (body.length < Integer.parseInt(stated)) throw new IOException("the request ends early");
    return body;
  }
}
