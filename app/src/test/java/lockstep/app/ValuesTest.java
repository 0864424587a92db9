package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.imageio.ImageIO;
import lockstep.base.Entropy;
import lockstep.testkit.Gen;
import lockstep.testkit.SeedSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/// Laws of the small pure parts.
class ValuesTest {
  @ParameterizedTest
  @SeedSource(count = 200)
  void json_reads_back_what_it_wrote_and_is_ascii(long seed) throws IOException {
    var gen = new Gen(seed);
    Map<String, Object> object = Views.object();
    for (int i = gen.between(0, 8); i > 0; i--) {
      object.put(gen.name(), jsonValue(gen, 3));
    }

    String text = Json.write(object);

    assertThat(text).matches("[ -~]*");
    assertThat(Json.parseObject(text.getBytes(StandardCharsets.UTF_8)).members()).isEqualTo(object);
  }

  private static Object jsonValue(Gen gen, int depth) {
    return switch (gen.between(0, depth == 0 ? 3 : 5)) {
      case 0 -> gen.name();
      case 1 -> gen.anyLong();
      case 2 -> gen.between(-9, 9) / 4.0;
      case 3 -> gen.chance(50);
      case 4 -> {
        var list = new ArrayList<Object>();
        for (int i = gen.between(0, 3); i > 0; i--) list.add(jsonValue(gen, depth - 1));
        yield list;
      }
      default -> Views.object(gen.name(), jsonValue(gen, depth - 1));
    };
  }

  @Test
  void malformed_json_is_refused() {
    for (String text : new String[] {"", "{", "[1", "{}{}", "{\"a\":}", "[".repeat(100)}) {
      assertThatThrownBy(() -> Json.parseObject(text.getBytes(StandardCharsets.UTF_8)))
          .as(text)
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void safe_text_has_no_control_characters_and_plain_text_is_left_alone(long seed) {
    var gen = new Gen(seed);
    String text = new String(gen.bytes(gen.between(0, 60)), StandardCharsets.UTF_8) + gen.name();

    String safe = Terminal.safe(text);

    assertThat(safe.codePoints().noneMatch(Character::isISOControl)).isTrue();
    assertThat(Terminal.safe(safe)).isEqualTo(safe);
    assertThat(Terminal.safe("plain ä \uD83D\uDE00")).isEqualTo("plain ä \uD83D\uDE00");
  }

  @ParameterizedTest
  @SeedSource(count = 60)
  void a_message_arrives_over_a_websocket_whatever_its_length(long seed) throws IOException {
    var gen = new Gen(seed);
    String message =
        "ä".repeat(gen.between(0, 200)) + "x".repeat(gen.pick(List.of(0, 126, 70_000)));
    var wire = new ByteArrayOutputStream();
    WebSocket sender =
        WebSocket.ofClient(new ByteArrayInputStream(new byte[0]), wire, Entropy.system());

    sender.send(message);
    sender.sendClose();

    var receiver =
        WebSocket.ofClient(
            new ByteArrayInputStream(wire.toByteArray()),
            new ByteArrayOutputStream(),
            Entropy.system());
    assertThat(receiver.receive()).contains(message);
    assertThat(receiver.receive()).isEmpty();
  }

  @Test
  void the_handshake_is_proven_as_in_the_specification() {
    // the example of RFC 6455, section 1.3
    assertThat(WebSocket.proof("dGhlIHNhbXBsZSBub25jZQ=="))
        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  @Test
  void a_websocket_frame_beyond_the_bound_is_refused() {
    byte[] huge = {(byte) 0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0};
    var receiver =
        WebSocket.ofClient(
            new ByteArrayInputStream(huge), new ByteArrayOutputStream(), Entropy.system());

    assertThatThrownBy(receiver::receive).isInstanceOf(IOException.class);
  }

  @Test
  void a_qr_picture_reads_back() throws Exception {
    String code = "lockstep:" + "A1b2".repeat(40);

    BufferedImage image = ImageIO.read(new ByteArrayInputStream(QrCode.of(code).png()));

    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    assertThat(read(image.getWidth(), image.getHeight(), pixels)).isEqualTo(code);
  }

  @Test
  void a_qr_in_the_terminal_reads_back() throws Exception {
    String code = "lockstep:" + "A1b2".repeat(40);

    List<String> lines = QrCode.of(code).forTerminal().lines().toList();

    int scale = 4;
    int width = lines.getFirst().length() * scale;
    int[] pixels = new int[width * lines.size() * 2 * scale];
    for (int i = 0; i < pixels.length; i++) {
      int row = i / width / scale;
      char block = lines.get(row / 2).charAt(i % width / scale);
      boolean light = block == '█' || block == (row % 2 == 0 ? '▀' : '▄');
      pixels[i] = light ? 0xffffff : 0;
    }
    assertThat(read(width, lines.size() * 2 * scale, pixels)).isEqualTo(code);
  }

  private static String read(int width, int height, int[] pixels) throws Exception {
    var source = new RGBLuminanceSource(width, height, pixels);
    return new QRCodeReader().decode(new BinaryBitmap(new HybridBinarizer(source))).getText();
  }

  @Test
  void sizes_and_times_are_written_for_people() {
    assertThat(Units.bytes(1023)).isEqualTo("1023 B");
    assertThat(Units.bytes(1536)).isEqualTo("1.5 KiB");
    assertThat(Units.bytes(1L << 40)).isEqualTo("1.0 TiB");
    assertThat(Units.bytes(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
    assertThat(Units.duration(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
    assertThat(Units.parseDuration("7d")).isEqualTo(Duration.ofDays(7));
    assertThatThrownBy(() -> Units.parseDuration("-1h")).hasMessageContaining("24h");
  }

  @Test
  void rates_are_read_as_people_write_them() {
    assertThat(Units.parseRate("off")).isEmpty();
    assertThat(Units.parseRate("500 kB/s")).hasValue(500_000);
    assertThat(Units.parseRate("1.5MB/s")).hasValue(1_500_000);
    assertThat(Units.parseRate("2 MiB/s")).hasValue(2 << 20);
    assertThat(Units.parseRate("70000 B/s")).hasValue(70_000);
    for (String wrong : List.of("", "500", "-1 kB/s", "1 kbit/s", "1e9 B/s", "on", "1 kB/s ")) {
      assertThatThrownBy(() -> Units.parseRate(wrong)).hasMessageContaining("500 kB/s");
    }
    assertThatThrownBy(() -> Units.parseLimit("1 kB/s")).hasMessageContaining("16 KiB/s");
  }

  @ParameterizedTest
  @SeedSource(count = 200)
  void a_rate_that_is_written_reads_as_itself(long seed) {
    var gen = new Gen(seed);
    long rate = gen.between(1, 999_999) * (long) Math.pow(10, gen.between(0, 3));
    assertThat(Units.parseRate(Units.rate(OptionalLong.of(rate)))).hasValue(rate);
  }

  @Test
  void the_home_lies_where_the_platform_keeps_data() {
    Path user = Path.of("/home/u");

    assertThat(Home.standard(Map.of("LOCKSTEP_HOME", "/x"), "Linux", user))
        .isEqualTo(Path.of("/x"));
    assertThat(Home.standard(Map.of("XDG_DATA_HOME", "/d"), "Linux", user))
        .isEqualTo(Path.of("/d/lockstep"));
    assertThat(Home.standard(Map.of("XDG_DATA_HOME", "relative"), "Linux", user))
        .isEqualTo(user.resolve(".local/share/lockstep"));
    assertThat(Home.standard(Map.of(), "Mac OS X", user))
        .isEqualTo(user.resolve("Library/Application Support/Lockstep"));
  }

  @Test
  void progress_shows_bar_rate_and_time_left() throws IOException {
    JsonObject folder =
        Json.parseObject(
            ("{\"name\":\"work\",\"state\":\"syncing\",\"bytes\":4194304,"
                    + "\"pendingBytes\":1048576,\"bytesPerSecond\":524288}")
                .getBytes(StandardCharsets.UTF_8));

    assertThat(StatusLine.progress(folder))
        .isEqualTo("work [##################------] 75%  3.0 MiB of 4.0 MiB  512 KiB/s  2 s left");
  }

  @Test
  void recent_events_are_bounded_and_numbered() throws InterruptedException {
    var events = new RecentEvents();
    var engine = new FakeEngine(TestKeys.PEER, "x");
    engine.events(events::add);
    for (int i = 0; i < RecentEvents.KEPT_MAX + 5; i++) {
      engine.tell("e" + i, "work", Optional.empty());
    }

    RecentEvents.Page all = events.from(0);
    assertThat(all.events()).hasSize(RecentEvents.KEPT_MAX);
    assertThat(all.events().getFirst().type()).isEqualTo("e5");
    assertThat(events.awaitFrom(all.next() - 1).events()).hasSize(1);
    assertThat(events.from(all.next()).events()).isEmpty();
  }
}
