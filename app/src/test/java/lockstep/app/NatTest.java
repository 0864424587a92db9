package lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real daemons behind real address translation: two at home behind a router each, and a studio
/// that both can dial. (Namespaces that the test may make only Linux has.)
@EnabledOnOs(OS.LINUX)
class NatTest {
  private static final int PATIENCE_SECONDS = 120;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private NatWorld world;
  private ProcessDevice studio;
  private ProcessDevice left;
  private ProcessDevice right;

  private void begin(NatWorld.Ports ports) throws Exception {
    world = new NatWorld(ports);
    studio = device("studio");
    left = device("left");
    right = device("right");
    Files.createDirectories(studio.folder);
    studio.ok("folder", "add", studio.folder.toString(), "--name", "work");
    for (ProcessDevice home : List.of(left, right)) {
      join(home, studio);
    }
  }

  private static void join(ProcessDevice who, ProcessDevice inviter) throws Exception {
    who.ok("join", inviter.ok("invite", "work"), who.folder.toString());
  }

  private ProcessDevice device(String name) throws Exception {
    var device = new ProcessDevice(directory.resolve(name), name, world.on(name));
    device.start();
    return device;
  }

  @AfterEach
  void end() throws Exception {
    for (ProcessDevice device : new ProcessDevice[] {studio, left, right}) {
      if (device != null) device.close();
    }
    if (world != null) world.close();
  }

  /// How one device is connected with another, as `peers` tells it.
  private static String connection(ProcessDevice from, String name) throws Exception {
    for (JsonObject peer :
        Json.parseObjects(from.ok("peers", "--json").getBytes(StandardCharsets.UTF_8))) {
      if (peer.string("name").equals(name)) return peer.string("connection");
    }
    return "";
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
    while (!condition.call()) {
      if (System.nanoTime() > end) throw new AssertionError("in vain waited for " + what);
      Thread.sleep(200);
    }
  }

  private void awaitConnection(String how) throws Exception {
    await(
        "left and right to be connected " + how,
        () -> connection(left, "right").equals(how) && connection(right, "left").equals(how));
  }

  private void checkSync(String file) throws Exception {
    byte[] content = new Gen(file.hashCode()).bytes(3_000_000);
    Files.write(left.folder.resolve(file), content);
    await(
        file + " on the right",
        () ->
            Files.exists(right.folder.resolve(file))
                && Files.mismatch(right.folder.resolve(file), left.folder.resolve(file)) < 0);
    assertThat(right.folder.resolve(file)).hasBinaryContent(content);
  }

  @Test
  void two_behind_routers_that_keep_ports_meet_through_the_studio_and_then_directly()
      throws Exception {
    begin(NatWorld.Ports.KEPT);

    awaitConnection("direct");

    studio.close();
    checkSync("without the studio");
  }

  @ParameterizedTest
  @EnumSource(names = {"PCP", "UPNP"})
  void a_router_that_is_asked_lets_the_other_in_with_nobody_between_them(NatWorld.Help help)
      throws Exception {
    world = new NatWorld(help, directory);
    left = device("left");
    right = device("right");
    Files.createDirectories(left.folder);
    left.ok("folder", "add", left.folder.toString(), "--name", "work");
    await(
        "the router", () -> left.ok("doctor").contains("it lets other devices in at /ip4/9.9.1.2"));

    join(right, left);

    awaitConnection("direct");
    checkSync("through the router");
  }

  @Test
  void two_behind_routers_that_change_ports_stay_connected_through_the_studio() throws Exception {
    begin(NatWorld.Ports.RANDOM);

    awaitConnection("relayed");

    checkSync("through the studio");
    assertThat(connection(left, "right")).isEqualTo("relayed");
    studio.close();
    await(
        "left to say why it reaches nobody",
        () ->
            left.ok("status")
                .contains(
                    "not connected: none of its addresses answers, and no other member is"
                        + " connected that could pass data on"));
  }
}
