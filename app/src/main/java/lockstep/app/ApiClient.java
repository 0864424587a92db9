package lockstep.app;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import lockstep.base.Entropy;

/// Speaks to the daemon of a home over its control API. Stands on the JDK's oldest and smallest
/// HTTP client, because a command must answer at once.
public final class ApiClient {
  private final Home home;
  private final URI url;
  private final String token;
  private final Patience patience;

  /// How long a daemon may be silent.
  ///
  /// @param askEvery when to ask, during a long request, whether it still works
  /// @param answerWithin for a small question
  record Patience(Duration askEvery, Duration answerWithin) {
    static final Patience DEFAULT = new Patience(Duration.ofSeconds(15), Duration.ofMinutes(1));
  }

  private ApiClient(Home home, URI url, String token, Patience patience) {
    this.home = home;
    this.url = url;
    this.token = token;
    this.patience = patience;
  }

  /// @throws Failure if no daemon has left word in this home
  static ApiClient of(Home home) throws Failure {
    return of(home, Patience.DEFAULT);
  }

  static ApiClient of(Home home, Patience patience) throws Failure {
    return of(home, home.api(), patience);
  }

  /// @param word the file in which somebody of this home has left word
  static ApiClient of(Home home, Path word, Patience patience) throws Failure {
    try {
      JsonObject api = Json.parseObject(Files.readAllBytes(word));
      return new ApiClient(home, URI.create(api.string("url")), api.string("token"), patience);
    } catch (NoSuchFileException absent) {
      throw noDaemon(home);
    } catch (IOException e) {
      throw Failure.of("cannot read '" + word + "'", e);
    }
  }

  private static Failure noDaemon(Home home) {
    return new Failure(
        Failure.NO_DAEMON,
        "no daemon is running for this home",
        Optional.of("nothing serves the home '" + home.path() + "'"),
        Optional.of("lockstep up, or lockstep daemon"));
  }

  /// A path of the API, each segment encoded.
  public static String path(String... segments) {
    var path = new StringBuilder("/v1");
    for (String segment : segments) {
      path.append('/').append(encoded(segment));
    }
    return path.toString();
  }

  /// `?name=value`, encoded.
  public static String query(String name, String value) {
    return "?" + name + "=" + encoded(value);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public Answer get(String path) throws Failure {
    return call("GET", path, Optional.empty());
  }

  public Answer post(String path, Object json) throws Failure {
    return call("POST", path, Optional.of(json));
  }

  public Answer put(String path, Object json) throws Failure {
    return call("PUT", path, Optional.of(json));
  }

  public Answer delete(String path) throws Failure {
    return call("DELETE", path, Optional.empty());
  }

  private Answer call(String method, String path, Optional<Object> json) throws Failure {
    Vigil vigil = null;
    try {
      HttpURLConnection connection = connection(path);
      vigil = new Vigil(patience.askEvery(), this::answers, connection::disconnect);
      try (InputStream body = open(connection, method, json)) {
        return new Answer(body.readAllBytes());
      }
    } catch (ConnectException nobody) {
      throw noDaemon(home);
    } catch (IOException e) {
      if (vigil != null && vigil.wasInVain()) throw silent();
      throw Failure.of("the daemon went away before it had answered", e);
    } finally {
      if (vigil != null) vigil.close();
    }
  }

  /// Whether the daemon says how it is, or that it will not, within the time in which it should.
  /// (If it is gone, the request that is watched over learns of it, too.)
  private boolean answers() {
    try (InputStream body = stream(path("status"))) {
      body.readAllBytes();
      return true;
    } catch (SocketTimeoutException silence) {
      return false;
    } catch (IOException | Failure e) {
      return true;
    }
  }

  private Failure silent() {
    return new Failure(
        Failure.FAILED,
        "the daemon does not answer",
        Optional.of(
            "its process runs, but has not answered for "
                + patience.answerWithin().toSeconds()
                + " seconds"),
        Optional.of("end its process and start it again; nothing is lost by that"));
  }

  /// The answer while it comes in; for those that may be large. It ends if the daemon falls silent.
  InputStream stream(String path) throws Failure, IOException {
    HttpURLConnection connection = connection(path);
    connection.setReadTimeout((int) patience.answerWithin().toMillis());
    return open(connection, "GET", Optional.empty());
  }

  private HttpURLConnection connection(String path) throws IOException {
    var connection = (HttpURLConnection) url.resolve(path).toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout((int) patience.answerWithin().toMillis());
    return connection;
  }

  private InputStream open(HttpURLConnection connection, String method, Optional<Object> json)
      throws Failure, IOException {
    connection.setRequestMethod(method);
    connection.setRequestProperty("Authorization", "Bearer " + token);
    if (json.isPresent()) {
      byte[] body = Json.write(json.get()).getBytes(StandardCharsets.UTF_8);
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(body.length);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
    }
    if (connection.getResponseCode() != 200) throw refusal(connection);
    return connection.getInputStream();
  }

  private static Failure refusal(HttpURLConnection connection) throws IOException {
    try (InputStream body = connection.getErrorStream()) {
      JsonObject error =
          body == null
              ? JsonObject.of(Map.of())
              : Json.parseObject(body.readAllBytes()).object("error");
      return new Failure(
          Failure.FAILED,
          error.text("what").orElse("the daemon refused: " + connection.getResponseCode()),
          error.text("why"),
          error.text("try"));
    }
  }

  /// A WebSocket to the daemon; it lives until the process ends.
  public WebSocket follow(String path) throws Failure {
    try {
      var socket = new Socket(Proxy.NO_PROXY);
      int patient = (int) patience.answerWithin().toMillis();
      socket.setSoTimeout(patient);
      socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), patient);
      String key = Base64.getEncoder().encodeToString(Entropy.system().bytes(16));
      socket.getOutputStream().write(handshake(path, key).getBytes(StandardCharsets.US_ASCII));
      var in = new BufferedInputStream(socket.getInputStream());
      String head = HttpRequest.head(in);
      if (!head.startsWith("HTTP/1.1 101 ") || !head.contains(WebSocket.proof(key))) {
        throw new IOException("the daemon did not open a WebSocket: " + head.lines().findFirst());
      }
      socket.setSoTimeout(0); // events may be hours apart
      return WebSocket.ofClient(in, socket.getOutputStream(), Entropy.system());
    } catch (ConnectException nobody) {
      throw noDaemon(home);
    } catch (IOException e) {
      throw Failure.of("cannot follow the daemon's events", e);
    }
  }

  private String handshake(String path, String key) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: "
        + url.getAuthority()
        + "\r\nAuthorization: Bearer "
        + token
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
        + "\r\nSec-WebSocket-Key: "
        + key
        + "\r\n\r\n";
  }

  /// What the daemon answered: JSON, in UTF-8.
  public static final class Answer {
    private final byte[] body;

    private Answer(byte[] body) {
      this.body = body;
    }

    /// As it came, for `--json`.
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public JsonObject object() throws Failure {
      try {
        return Json.parseObject(body);
      } catch (IOException malformed) {
        throw Failure.of("cannot understand the daemon's answer", malformed);
      }
    }

    public List<JsonObject> objects() throws Failure {
      try {
        return Json.parseObjects(body);
      } catch (IOException malformed) {
        throw Failure.of("cannot understand the daemon's answer", malformed);
      }
    }

    public List<String> strings() throws Failure {
      try {
        return Json.parseStrings(body);
      } catch (IOException malformed) {
        throw Failure.of("cannot understand the daemon's answer", malformed);
      }
    }
  }
}
