package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lockstep.testkit.Host;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Discovery for real: processes in a network namespace of their own, whose only interface is one
/// that the test makes. (That only Linux has.)
@EnabledOnOs(OS.LINUX)
class MdnsInteropTest {
  private static final int SECONDS_MAX = 60;
  private static final String ANYWHERE = "/ip4/0.0.0.0/tcp/0";
  private static final String INTERFACE =
      """
      set -e
      ip link set lo up
      ip link add lan0 type veth peer name plug0
      ip link set plug0 up
      ip link set lan0 up
      """;

  @Test
  void js_libp2p_finds_us_and_we_find_and_reach_js_libp2p() throws Exception {
    String script =
        INTERFACE
            + "ip addr add 10.77.0.1/24 dev lan0\nip route add default dev lan0\n"
            + "cat <&3 | node mdns.js & " // a pipe of its own, since node stops it from blocking
            + java("us", ANYWHERE);
    try (var lan = new Lan(script)) {
      String js = lan.awaitLine(line -> line.startsWith("js ")).substring("js ".length());
      String us = lan.awaitLine(line -> line.startsWith("us ")).substring("us ".length());

      String found = lan.awaitLine(line -> line.startsWith("js-found " + us));
      assertThat(found).contains("/ip4/10.77.0.1/tcp/").doesNotContain("127.0.0.1");
      lan.awaitLine(line -> line.startsWith("us-found " + js));
      lan.awaitLine(line -> line.equals("us-connected " + js));
    }
  }

  @Test
  void two_devices_find_each_other_over_IPv4_on_an_interface_that_came_up_later() throws Exception {
    String script =
        "ip link set lo up\n(sleep 3; "
            + INTERFACE
            + "ip addr add 192.168.7.1/24 dev lan0) & "
            + two(ANYWHERE);
    assertFindEachOther(script, "/ip4/192.168.7.1/tcp/");
  }

  @Test
  void who_is_in_two_networks_finds_and_is_found_in_both() throws Exception {
    String script =
        """
        set -e
        unshare --net sleep infinity & one=$!
        unshare --net sleep infinity & two=$!
        until [ "$(for p in $one $two; do readlink /proc/$p/ns/net; done |
          grep -vxF "$(readlink /proc/self/ns/net)" | wc -l)" = 2 ]; do sleep 0.05; done
        ip link set lo up
        network() { # its number, who else is in it
          ip link add lan$1 type veth peer name lan0 netns $2
          ip addr add 10.77.$1.1/24 dev lan$1
          ip link set lan$1 up
          nsenter -t $2 -n sh -ec "
            ip link set lo up
            ip addr add 10.77.$1.2/24 dev lan0
            ip link set lan0 up"
        }
        network 1 $one
        network 2 $two
        """
            + "nsenter -t $one -n %s & nsenter -t $two -n %s & "
                .formatted(java("b", ANYWHERE), java("c", ANYWHERE))
            + java("a", ANYWHERE);
    try (var lan = new Lan(script)) {
      String a = lan.awaitLine(line -> line.startsWith("a ")).substring("a ".length());
      String b = lan.awaitLine(line -> line.startsWith("b ")).substring("b ".length());
      String c = lan.awaitLine(line -> line.startsWith("c ")).substring("c ".length());
      lan.awaitLine(line -> line.equals("a-connected " + b));
      lan.awaitLine(line -> line.equals("a-connected " + c));
      assertThat(lan.awaitLine(line -> line.startsWith("b-found " + a)))
          .contains("/ip4/10.77.1.1/tcp/");
      assertThat(lan.awaitLine(line -> line.startsWith("c-found " + a)))
          .contains("/ip4/10.77.2.1/tcp/");
    }
  }

  @Test
  void two_devices_find_each_other_over_IPv6() throws Exception {
    String script = INTERFACE + "ip addr add fd00:77::1/64 dev lan0 nodad\n" + two("/ip6/::/tcp/0");
    assertFindEachOther(script, "/ip6/fd00:77::1/tcp/");
  }

  private static void assertFindEachOther(String script, String address) throws Exception {
    try (var lan = new Lan(script)) {
      String a = lan.awaitLine(line -> line.startsWith("a ")).substring("a ".length());
      String b = lan.awaitLine(line -> line.startsWith("b ")).substring("b ".length());
      assertThat(lan.awaitLine(line -> line.startsWith("a-found " + b))).contains(address);
      assertThat(lan.awaitLine(line -> line.startsWith("b-found " + a))).contains(address);
      lan.awaitLine(line -> line.equals("a-connected " + b));
    }
  }

  private static String two(String listen) {
    return java("a", listen) + " & " + java("b", listen);
  }

  private static String java(String name, String listen) {
    String java = System.getProperty("java.home") + "/bin/java";
    return "'%s' -Xmx128m -XX:TieredStopAtLevel=1 -cp '%s' %s %s %s <&3"
        .formatted(java, classPath(), MdnsNode.class.getName(), name, listen);
  }

  /// Everything this test runs with; on the module path some of it is no part of the class path.
  private static String classPath() {
    var all = new ArrayList<String>();
    for (var property : List.of("java.class.path", "jdk.module.path", "surefire.test.class.path")) {
      String value = System.getProperty(property);
      if (value != null) all.add(value);
    }
    all.add(location(MdnsNode.class));
    all.add(location(LocalDiscovery.class));
    return Stream.of(String.join(":", all).split(":"))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(":"));
  }

  private static String location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  /// The namespace with its processes, all of which end with the test's pipe.
  private static final class Lan implements AutoCloseable {
    private final Process process;
    private final List<String> lines = new ArrayList<>(); // guarded by itself

    Lan(String script) throws IOException, InterruptedException {
      Host.need("ip", "iproute2");
      // A shell gives what it starts in the background no standard input of its own.
      String whole = "exec 3<&0\n" + script;
      process =
          new ProcessBuilder("unshare", "--user", "--map-root-user", "--net", "sh", "-c", whole)
              .directory(NodePackages.install().toFile())
              .redirectErrorStream(true)
              .start();
      Thread.ofVirtual().start(this::read);
    }

    private void read() {
      try (var in = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line; (line = in.readLine()) != null; ) {
          synchronized (lines) {
            lines.add(line);
            lines.notifyAll();
          }
        }
      } catch (IOException e) {
        // The processes are gone; whoever waits will say what is missing.
      }
    }

    String awaitLine(Predicate<String> wanted) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
      synchronized (lines) {
        while (true) {
          var found = lines.stream().filter(wanted).findFirst();
          if (found.isPresent()) return found.get();
          long left = end - System.nanoTime();
          if (left <= 0) throw new AssertionError("not said:\n" + String.join("\n", lines));
          lines.wait(left / 1_000_000 + 1);
        }
      }
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
