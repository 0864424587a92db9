package lockstep.app;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What the control API answers a request with.
sealed interface HttpResponse {
  /// A finished text.
  record Text(int status, String body) implements HttpResponse {}

  /// Bytes that are made while they are sent; the end of the connection ends them. A failure on the
  /// way cuts the connection before the announced end mark, so that no half answer looks whole.
  record Streamed(Writer writer) implements HttpResponse {}

  /// The switch to a WebSocket, which `conversation` then owns until it returns.
  record Upgrade(Conversation conversation) implements HttpResponse {}

  /// Writes a streamed body.
  interface Writer {
    void writeTo(OutputStream out) throws IOException;
  }

  /// Talks over an open WebSocket.
  interface Conversation {
    void hold(WebSocket socket) throws IOException, InterruptedException;
  }

  static Text ok(Object json) {
    return new Text(200, Json.write(json));
  }

  /// A diagnostic: what happened and, where known, why and what to do.
  static Text refusal(int status, Failure failure) {
    return new Text(
        status,
        Json.write(
            Map.of(
                "error",
                Map.of("what", failure.what(), "why", failure.why(), "try", failure.advice()))));
  }

  /// The head of an answer, up to and with the empty line.
  static byte[] head(int status, String fields) {
    String reason =
        switch (status) {
          case 101 -> "Switching Protocols";
          case 200 -> "OK";
          case 400 -> "Bad Request";
          case 401 -> "Unauthorized";
          case 403 -> "Forbidden";
          case 404 -> "Not Found";
          case 422 -> "Unprocessable Content";
          case 503 -> "Service Unavailable";
          default -> "Internal Server Error";
        };
    return ("HTTP/1.1 " + status + " " + reason + "\r\n" + fields + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
