package lockstep.app;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Who may use the control API: whoever can read the token, and never a web page.
///
/// The loopback address alone protects from nobody: any web page can send requests to it
/// (cross-site request forgery), or be made to look as if it came from it (DNS rebinding). So a
/// request needs the token, a `Host` that is this computer, and no `Origin`.
final class Guard {
  private static final Set<String> LOOPBACK_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

  private final byte[] expected;

  Guard(String token) {
    expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
  }

  /// The refusal, if the request is not allowed.
  Optional<HttpResponse> refusal(HttpRequest request) {
    if (!isLoopback(request.header("host").orElse(""))) {
      return refuse(403, "the Host header does not name this computer");
    }
    if (request.header("origin").isPresent()) {
      return refuse(403, "web pages may not use the control API");
    }
    byte[] given = request.header("authorization").orElse("").getBytes(StandardCharsets.UTF_8);
    // MessageDigest.isEqual takes the same time wherever the first difference lies
    return MessageDigest.isEqual(expected, given)
        ? Optional.empty()
        : refuse(401, "the bearer token is missing or wrong");
  }

  private static boolean isLoopback(String host) {
    int port = host.lastIndexOf(':');
    boolean hasPort = port > 0 && host.substring(port + 1).matches("[0-9]{1,5}");
    String name = hasPort ? host.substring(0, port) : host;
    return LOOPBACK_NAMES.contains(name.toLowerCase(Locale.ROOT));
  }

  private static Optional<HttpResponse> refuse(int status, String why) {
    return Optional.of(
        HttpResponse.refusal(
            status,
            new Failure(
                Failure.FAILED,
                "the control API refused the request",
                Optional.of(why),
                Optional.of("read url and token from the file api.json in the home"))));
  }
}
