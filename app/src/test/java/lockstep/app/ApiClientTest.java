package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A daemon that hangs, seen from the command line.
@Timeout(60)
class ApiClientTest {
  private static final ApiClient.Patience LITTLE =
      new ApiClient.Patience(Duration.ofMillis(50), Duration.ofMillis(300));

  @TempDir private Path directory;

  private ApiClient client(int port) throws Exception {
    var home = new Home(directory);
    Files.writeString(
        home.api(), "{\"url\": \"http://127.0.0.1:%d\", \"token\": \"t\"}".formatted(port));
    return ApiClient.of(home, LITTLE);
  }

  @Test
  void a_daemon_that_takes_a_request_and_falls_silent_is_not_waited_for() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      ApiClient client = client(silent.getLocalPort());

      assertThatThrownBy(() -> client.get(ApiClient.path("folders")))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("does not answer");
      assertThatThrownBy(() -> client.follow(ApiClient.path("events"))).isInstanceOf(Failure.class);
    }
  }

  @Test
  void a_request_may_take_as_long_as_it_likes_while_the_daemon_works() throws Exception {
    var asked = new CountDownLatch(3);
    HttpResponse done = new HttpResponse.Text(200, "{}");
    try (var server =
        LocalServer.open(
            0,
            request -> {
              if (request.path().contains("status")) {
                asked.countDown();
              } else {
                await(asked);
              }
              return done;
            })) {
      assertThat(client(server.port()).post(ApiClient.path("verify"), Views.object()).text())
          .isEqualTo("{}");
      assertThat(asked.getCount()).isZero();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
