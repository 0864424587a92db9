package lockstep.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lockstep.base.PeerId;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Circuit relay v2 against js-libp2p, in every part there is: relay, who dials through it, and who
/// is reached through it.
@Timeout(180)
class JsRelayInteropTest {
  private static final String ECHO = "/interop/echo/1.0.0";

  private static JsPeer js;
  private static PeerId jsId;

  private final Libp2pNetwork relay = Hosts.open(Limits.DEFAULT);
  private final Libp2pNetwork ben = hidden();
  private final Libp2pNetwork cy = hidden();

  @BeforeAll
  static void startJs() throws Exception {
    js = JsPeer.start();
    jsId = js.id();
  }

  @AfterAll
  static void stopJs() {
    if (js != null) js.close();
  }

  /// Nobody can dial it.
  private static Libp2pNetwork hidden() {
    try {
      var host = Hosts.open(List.of(), Limits.DEFAULT);
      host.handle(ECHO, stream -> stream.input().transferTo(stream.output()));
      return host;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() {
    ben.close();
    cy.close();
    relay.close();
  }

  private static void echoes(Libp2pNetwork from, PeerId to) throws IOException {
    byte[] sent = new Gen(1).bytes(20_000);
    try (var stream = from.open(to, ECHO)) {
      stream.output().write(sent);
      stream.closeWrite();
      assertThat(stream.input().readAllBytes()).isEqualTo(sent);
    }
  }

  @Test
  void js_is_reached_through_our_relay() throws Exception {
    var circle = new OpenCircle(ben.self(), jsId);
    relay.relayAmong(circle);
    ben.relayAmong(new OpenCircle());
    js.call("dial", relay.addresses().getFirst());
    String through = js.call("reserve", relay.addresses().getFirst()).getFirst();
    Hosts.connect(ben, relay);

    var connection = ben.connect(jsId, List.of(Multiaddr.parse(through)), Hosts.SOON);

    assertThat(connection.address().relay()).contains(relay.self());
    echoes(ben, jsId);
    js.call("echo", ben.self(), 20_000);
  }

  @Test
  void js_reaches_us_through_our_relay() throws Exception {
    relay.relayAmong(new OpenCircle(ben.self(), jsId));
    Hosts.connect(ben, relay);
    ben.relayAmong(new OpenCircle(relay.self(), jsId));
    Eventually.holds("a reservation", () -> !ben.addresses().isEmpty());

    List<String> connected = js.call("dial", ben.addresses().getFirst());

    assertThat(connected).containsExactly(ben.self().toString(), "/noise", "/yamux/1.0.0");
    js.call("echo", ben.self(), 20_000);
    echoes(ben, jsId);
  }

  /// Ben does not know js, or he would begin by himself.
  @Test
  void js_understands_where_we_are_seen_and_says_where_it_is() throws Exception {
    relay.relayAmong(new OpenCircle(ben.self(), jsId));
    Hosts.connect(ben, relay);
    ben.relayAmong(new OpenCircle(relay.self(), new PeerId(Hosts.newKey().publicKey())));
    Eventually.holds("a reservation", () -> !ben.addresses().isEmpty());
    js.call("dial", ben.addresses().getFirst());
    // js is done when it has our last word, we only some moments after writing it
    Eventually.holds(
        "ben knows of it", () -> ben.peers().stream().anyMatch(peer -> peer.peer().equals(jsId)));
    Multiaddr listening = js.address().withoutPeer();
    var seen = new PunchMessage.Connect(List.of(Multiaddr.parse("/ip4/1.2.3.4/tcp/4001")));

    try (var stream = ben.open(jsId, PunchMessage.PROTOCOL)) {
      PunchMessage.write(stream.output(), seen);
      assertThat(PunchMessage.read(stream.input()))
          .isInstanceOfSatisfying(
              PunchMessage.Connect.class,
              theirs -> assertThat(theirs.addresses()).contains(listening));
      stream.reset(); // at the next word js would dial
    }
  }

  @Test
  void js_that_was_reached_through_a_relay_looks_for_a_direct_way() throws Exception {
    relay.relayAmong(new OpenCircle(ben.self(), jsId));
    ben.relayAmong(new OpenCircle());
    Multiaddr listening = js.address().withoutPeer();
    var said = new LinkedBlockingQueue<PunchMessage>();
    ben.handle(PunchMessage.PROTOCOL, stream -> said.add(PunchMessage.read(stream.input())));
    js.call("dial", relay.addresses().getFirst());
    String through = js.call("reserve", relay.addresses().getFirst()).getFirst();
    Hosts.connect(ben, relay);

    ben.connect(jsId, List.of(Multiaddr.parse(through)), Hosts.SOON);

    assertThat(said.poll(60, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            PunchMessage.Connect.class,
            theirs -> assertThat(theirs.addresses()).contains(listening));
  }

  @Test
  void two_of_ours_meet_through_js() throws Exception {
    var circle = new OpenCircle(ben.self(), cy.self(), jsId);
    for (var host : List.of(ben, cy)) {
      host.connect(jsId, List.of(js.address()), Hosts.SOON);
      host.relayAmong(circle);
    }
    Eventually.holds("a reservation", () -> !cy.addresses().isEmpty());

    ben.connect(cy.self(), cy.addresses(), Hosts.SOON);

    echoes(ben, cy.self());
    echoes(cy, ben.self());
  }

  @Test
  void our_relay_refuses_js_where_js_does_not_belong() throws Exception {
    relay.relayAmong(new OpenCircle(ben.self()));
    js.call("dial", relay.addresses().getFirst());

    assertThatThrownBy(() -> js.call("reserve", relay.addresses().getFirst()))
        .isInstanceOf(IOException.class);
  }
}
