package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The control API at the socket, as an attacker on this computer or in its browser sees it.
class LocalServerTest {
  @TempDir private Path directory;
  private TestDevice device;
  private int port;
  private String token;

  @BeforeEach
  void start() throws Exception {
    device = TestDevice.running(directory.resolve("home"));
    JsonObject api = Json.parseObject(Files.readAllBytes(device.home.api()));
    port = Integer.parseInt(api.string("url").replaceAll(".*:", ""));
    token = api.string("token");
  }

  @AfterEach
  void stop() throws IOException {
    device.close();
  }

  private String send(byte[] request) throws IOException {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException reset) {
      return ""; // the server closed before it had read all
    }
  }

  private String get(String headers) throws IOException {
    String request = "GET /v1/status HTTP/1.1\r\n" + headers + "\r\n";
    return send(request.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost:1", "[::1]", "[::1]:80", "LOCALHOST"})
  void the_token_and_a_loopback_host_are_let_in(String host) throws IOException {
    String answer = get("Host: " + host + "\r\nAuthorization: Bearer " + token + "\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").contains("\"peerId\":\"12D3KooW");
  }

  @Test
  void without_the_right_token_nothing_is_told() throws IOException {
    for (String given : new String[] {"", "Bearer", "Bearer ", "Bearer x", "Basic " + token}) {
      String answer = get("Host: localhost\r\nAuthorization: " + given + "\r\n");
      assertThat(answer).startsWith("HTTP/1.1 401 ").doesNotContain("12D3KooW", token);
    }
    assertThat(get("Host: localhost\r\n")).startsWith("HTTP/1.1 401 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "", "localhost:80:80", "[::2]"})
  void another_host_is_refused_even_with_the_token(String host) throws IOException {
    String answer = get("Host: " + host + "\r\nAuthorization: Bearer " + token + "\r\n");

    assertThat(answer).startsWith("HTTP/1.1 403 ");
  }

  @Test
  void a_web_page_is_refused_even_with_the_token() throws IOException {
    String answer =
        get(
            "Host: localhost\r\nOrigin: http://localhost\r\nAuthorization: Bearer "
                + token
                + "\r\n");

    assertThat(answer).startsWith("HTTP/1.1 403 ");
  }

  @Test
  void requests_beyond_the_bounds_are_refused() throws IOException {
    assertThat(get("X: " + "x".repeat(HttpRequest.HEAD_BYTES_MAX) + "\r\n"))
        .matches("(?s)|HTTP/1.1 400 .*");
    assertThat(get("Content-Length: 1048577\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(get("Content-Length: -1\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(get("Transfer-Encoding: chunked\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(get("Content-Length: 5\r\n")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void an_unknown_route_is_not_found() throws IOException {
    String request = "GET /v2/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token;

    assertThat(send((request + "\r\n\r\n").getBytes(StandardCharsets.UTF_8)))
        .startsWith("HTTP/1.1 404 ");
  }

  @ParameterizedTest
  @SeedSource(count = 40)
  void garbage_is_refused_and_the_server_lives_on(long seed) throws IOException {
    var gen = new Gen(seed);
    byte[] valid =
        ("POST /v1/join?a=%41 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + token
                + "\r\nContent-Length: 15\r\n\r\n{\"code\": [[{}]]}")
            .getBytes(StandardCharsets.UTF_8);
    for (int i = gen.between(1, 6); i > 0; i--) {
      valid[gen.between(0, valid.length - 1)] = gen.bytes(1)[0];
    }

    assertThat(send(valid)).doesNotContain("HTTP/1.1 200").doesNotContain("met a bug");
    assertThat(device.run("status").exitCode()).isZero();
  }

  @Test
  void who_comes_while_it_closes_is_not_left_waiting() throws Exception {
    for (int i = 0; i < 100; i++) {
      var server = LocalServer.open(0, _ -> new HttpResponse.Text(200, "{}"));
      port = server.port();
      Thread closing = Thread.startVirtualThread(() -> close(server));
      try {
        send("GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      } catch (ConnectException closed) {
        // it had closed before
      }
      closing.join();
    }
  }

  private static void close(LocalServer server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
