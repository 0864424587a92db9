package lockstep.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import lockstep.app.ui.camera.CameraException;
import lockstep.app.ui.camera.CameraException.Reason;
import lockstep.app.ui.camera.HeldUp;
import lockstep.app.ui.camera.ScriptedCamera;
import lockstep.app.ui.camera.Shot;
import lockstep.app.ui.model.Background;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanTest {
  /// As long as a real one with two addresses.
  private static final String INVITATION = "2" + "0A3K7MNP9QRSTVWXYZ".repeat(13);

  private static final int SIGHTS_MAX = 1_000;

  private final ScriptedCamera camera = new ScriptedCamera("Webcam");
  private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
  private final ExecutorService screen = Executors.newSingleThreadExecutor();
  private final Scan scan = new Scan(camera, new Background(screen), new Listener());

  private enum Sight {
    OTHER,
    PICTURE
  }

  private final class Listener implements Scan.Viewer {
    @Override
    public void sees(Shot shot) {
      told.add(Sight.PICTURE);
    }

    @Override
    public void readsOther() {
      told.add(Sight.OTHER);
    }

    @Override
    public void reads(String invitation) {
      told.add(invitation);
    }

    @Override
    public void fails(CameraException why) {
      told.add(why.reason());
    }
  }

  @AfterEach
  void theCameraIsOff() throws Exception {
    onScreen(scan::close);
    await(() -> !camera.isOn());
    screen.shutdown();
  }

  private void onScreen(Runnable task) throws Exception {
    Future<?> done = screen.submit(task);
    done.get(60, TimeUnit.SECONDS);
  }

  private static void await(java.util.function.BooleanSupplier condition) throws Exception {
    for (int look = 0; look < 6_000 && !condition.getAsBoolean(); look++) {
      Thread.sleep(Duration.ofMillis(10));
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private Object awaitTold(Predicate<Object> wanted) throws InterruptedException {
    for (int i = 0; i < SIGHTS_MAX; i++) {
      Object next = Optional.ofNullable(told.poll(60, TimeUnit.SECONDS)).orElseThrow();
      if (wanted.test(next)) return next;
    }
    throw new AssertionError("only other things are told");
  }

  @Test
  void an_invitation_is_read_and_the_camera_turned_off() throws Exception {
    camera.sees(HeldUp.WELL.showing(INVITATION));
    onScreen(scan::begin);

    assertThat(awaitTold(String.class::isInstance)).isEqualTo(INVITATION);
    await(() -> !camera.isOn());
  }

  @Test
  void pictures_are_shown_while_there_is_nothing_to_be_read() throws Exception {
    camera.sees(HeldUp.BADLY.showing(INVITATION));
    onScreen(scan::begin);
    awaitTold(Sight.PICTURE::equals);
    awaitTold(Sight.PICTURE::equals);
    assertThat(camera.isOn()).isTrue();

    camera.sees(HeldUp.WELL.showing(INVITATION));
    assertThat(awaitTold(String.class::isInstance)).isEqualTo(INVITATION);
  }

  @Test
  void other_codes_are_told_apart_and_do_not_end_it() throws Exception {
    for (String other : List.of("https://example.org/2ABC", "WIFI:S:studio;P:secret;;", "2")) {
      camera.sees(HeldUp.WELL.showing(other));
      if (camera.attempts() == 0) onScreen(scan::begin);
      told.clear();
      awaitTold(Sight.OTHER::equals);
    }
    camera.sees(HeldUp.WELL.showing("7-maple-violin"));
    assertThat(awaitTold(String.class::isInstance)).isEqualTo("7-maple-violin");
  }

  @Test
  void nothing_is_told_once_it_is_closed() throws Exception {
    camera.sees(HeldUp.BADLY.showing(INVITATION));
    onScreen(scan::begin);
    awaitTold(Sight.PICTURE::equals);
    onScreen(scan::close);
    told.clear();
    camera.sees(HeldUp.WELL.showing(INVITATION));
    await(() -> !camera.isOn());
    onScreen(() -> {});
    assertThat(told).isEmpty();
  }

  @Test
  void a_camera_that_may_not_be_opened_says_so() throws Exception {
    camera.fails(Reason.DENIED);
    onScreen(scan::begin);
    assertThat(awaitTold(Reason.class::isInstance)).isEqualTo(Reason.DENIED);
  }

  @Test
  void a_camera_that_is_unplugged_says_so_and_is_let_go() throws Exception {
    camera.sees(HeldUp.BADLY.showing(INVITATION));
    onScreen(scan::begin);
    awaitTold(Sight.PICTURE::equals);
    camera.fails(Reason.GONE);
    assertThat(awaitTold(Reason.class::isInstance)).isEqualTo(Reason.GONE);
    await(() -> !camera.isOn());
  }

  @Test
  void a_camera_that_is_still_being_turned_off_is_waited_for() throws Exception {
    camera.sees(HeldUp.WELL.showing(INVITATION));
    var other = camera.open();
    onScreen(scan::begin);
    await(() -> camera.attempts() > 2);
    other.close();
    assertThat(awaitTold(String.class::isInstance)).isEqualTo(INVITATION);
  }

  @Test
  void a_camera_that_stays_busy_says_so() throws Exception {
    try (var other = camera.open()) {
      assertThat(other).isNotNull();
      onScreen(scan::begin);
      assertThat(awaitTold(Reason.class::isInstance)).isEqualTo(Reason.BUSY);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "430, 0, 0, 0.5, 0", //
    "300, 30, 0, 0.4, 30",
    "430, 90, 0.05, 0.5, 30",
    "420, 180, 0.1, 0.55, 20",
    "420, -18, 0.12, 0.6, 40",
  })
  void a_code_is_read_however_it_is_held(
      double side, double degrees, double lean, double left, int noise) throws IOException {
    Shot shot = new HeldUp(side, degrees, lean, left, noise).showing(INVITATION);
    assertThat(QrReader.find(shot)).contains(INVITATION);
  }
}
