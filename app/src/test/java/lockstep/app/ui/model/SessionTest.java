package lockstep.app.ui.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lockstep.app.Desktop;
import lockstep.app.Failure;
import lockstep.base.TimeSource;
import org.junit.jupiter.api.Test;

class SessionTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch answers = new CountDownLatch(2);

  /// On a device whose daemon has ended.
  private Desktop.Host host() {
    return (Desktop.Host)
        Proxy.newProxyInstance(
            Desktop.Host.class.getClassLoader(),
            new Class<?>[] {Desktop.Host.class},
            (_, method, _) -> {
              asked.add(method.getName());
              throw Failure.because("there is no daemon", "it has ended", "lockstep daemon");
            });
  }

  @Test
  void nothing_starts_the_daemon_again_that_was_told_to_end() throws Exception {
    var session = new Session(host(), new Background(Runnable::run), TimeSource.system());

    session.end(answers::countDown);
    session.read(Requests::stop, _ -> {}, _ -> answers.countDown());

    assertThat(answers.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(asked).containsOnly("running");
  }
}
