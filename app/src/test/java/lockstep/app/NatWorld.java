package lockstep.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lockstep.testkit.Host;

/// An internet of three computers, in network namespaces: a studio that all can dial, and two homes
/// behind a router each, whose networks look alike and do not reach one another. Ends with the
/// test's pipe.
final class NatWorld implements AutoCloseable {
  private static final String SCRIPT =
      """
      set -e
      unshare --net sleep infinity & left_router=$!
      unshare --net sleep infinity & right_router=$!
      unshare --net sleep infinity & left=$!
      unshare --net sleep infinity & right=$!
      until [ "$(for p in $left_router $right_router $left $right
        do readlink /proc/$p/ns/net; done | grep -vxF "$(readlink /proc/self/ns/net)" | sort -u |
        wc -l)" = 4 ]; do sleep 0.05; done
      on() { target=$1; shift; nsenter -t $target -n "$@"; }
      ip link set lo up
      echo 1 > /proc/sys/net/ipv4/ip_forward
      home() { # router, computer, inner address, outer net, rest of the masquerade rule
        ip link add out$1 type veth peer name wan netns $1
        ip addr add $4.1/24 dev out$1
        ip link set out$1 up
        on $1 ip link add lan type veth peer name eth netns $2
        on $1 sh -ec "
          ip link set lo up
          ip addr add $4.2/24 dev wan; ip link set wan up; ip route add default via $4.1
          ip addr add 192.168.1.1/24 dev lan; ip link set lan up
          echo 1 > /proc/sys/net/ipv4/ip_forward
          nft -f -" <<END
      table ip home {
        chain out { type nat hook postrouting priority 100; oifname wan masquerade $5; }
        chain in {
          type filter hook input priority 0; policy drop;
          ct state established,related accept
          iifname != wan accept
        }
        chain through {
          type filter hook forward priority 0; policy drop;
          ct state established,related accept
          iifname lan accept
          ct status dnat accept
        }
      }
      END
        on $2 sh -ec "
          ip link set lo up
          ip addr add 192.168.1.$3/24 dev eth; ip link set eth up
          ip route add default via 192.168.1.1"
      }
      home $left_router $left 10 $LEFT "$PORTS"
      home $right_router $right 20 $RIGHT "$PORTS"
      if [ "$HELP" ]; then
        on $left_router nft -f - <<END
      table inet helper {
        chain forward { type filter hook forward priority -10; }
        chain prerouting { type nat hook prerouting priority -100; }
        chain postrouting { type nat hook postrouting priority 90; }
      }
      END
        cat > "$DIRECTORY/router.conf" <<END
      ext_ifname=wan
      listening_ip=lan
      port=0
      secure_mode=yes
      uuid=00000000-0000-0000-0000-000000000001
      upnp_table_name=helper
      upnp_nat_table_name=helper
      upnp_forward_chain=forward
      upnp_nat_chain=prerouting
      upnp_nat_postrouting_chain=postrouting
      $HELP
      allow 1024-65535 192.168.1.0/24 1024-65535
      deny 0-65535 0.0.0.0/0 0-65535
      END
        on $left_router miniupnpd -d -f "$DIRECTORY/router.conf" -P "$DIRECTORY/router.pid" \
          > "$DIRECTORY/router.out" 2>&1 &
      fi
      echo studio $$
      echo left $left
      echo right $right
      echo left_router $left_router
      echo ready
      cat
      kill $left_router $right_router $left $right
      """;

  private final Process process;
  private final Map<String, String> pids = new HashMap<>();

  /// How the routers choose the port for what goes out.
  enum Ports {
    /// The same, wherever it goes to.
    KEPT(""),
    /// Another one for each way.
    RANDOM("fully-random");

    private final String words;

    Ports(String words) {
      this.words = words;
    }
  }

  /// What the router on the left does for whoever asks it (the real program miniupnpd).
  enum Help {
    NONE(""),
    PCP("enable_natpmp=yes\nenable_upnp=no"),
    UPNP("enable_natpmp=no\nenable_upnp=yes");

    private final String words;

    Help(String words) {
      this.words = words;
    }
  }

  /// Two homes and a studio between them.
  NatWorld(Ports ports) throws IOException, InterruptedException {
    this(ports, Help.NONE, Path.of("."), List.of("203.0.113", "198.51.100"));
  }

  /// The same with a helpful router on the left.
  ///
  /// @param directory for the files of that router
  NatWorld(Help help, Path directory) throws IOException, InterruptedException {
    // It helps nobody if its own address is one of those that are set aside for examples.
    this(Ports.KEPT, help, directory, List.of("9.9.1", "9.9.2"));
  }

  private NatWorld(Ports ports, Help help, Path directory, List<String> networks)
      throws IOException, InterruptedException {
    Host.need("ip", "iproute2");
    Host.need("nft", "nftables");
    if (help != Help.NONE) Host.need("miniupnpd", "miniupnpd-nftables");
    var builder =
        new ProcessBuilder("unshare", "--user", "--map-root-user", "--net", "sh", "-c", SCRIPT);
    builder.environment().put("PORTS", ports.words);
    builder.environment().put("HELP", help.words);
    builder.environment().put("DIRECTORY", directory.toString());
    builder.environment().put("LEFT", networks.getFirst());
    builder.environment().put("RIGHT", networks.getLast());
    builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
    process = builder.redirectErrorStream(true).start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    var said = new StringBuilder();
    for (String line = out.readLine(); !"ready".equals(line); line = out.readLine()) {
      if (line == null) throw new AssertionError("no network could be made:\n" + said);
      said.append(line).append('\n');
      String[] words = line.split(" ");
      pids.put(words[0], words[words.length - 1]);
    }
  }

  /// What runs the command behind it on one of the computers.
  List<String> on(String computer) {
    String pid = pids.get(computer);
    return List.of("nsenter", "-t", pid, "-U", "-n", "--preserve-credentials");
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
