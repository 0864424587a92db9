package lockstep.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import lockstep.base.PeerId;
import lockstep.testkit.Gen;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two hosts that nobody can dial, since they listen nowhere, and a third between them.
@Timeout(120)
class RelayTest {
  private static final String ECHO = "/test/echo/1.0.0";

  private final Libp2pNetwork relay = Hosts.open(Limits.DEFAULT);
  private final Libp2pNetwork ben = hidden(Limits.DEFAULT);
  private final Libp2pNetwork cy = hidden(Limits.DEFAULT);
  private final OpenCircle circle = new OpenCircle(relay.self(), ben.self(), cy.self());

  private static Libp2pNetwork hidden(Limits limits) {
    try {
      var host = Hosts.open(List.of(), limits);
      host.handle(ECHO, stream -> stream.input().transferTo(stream.output()));
      return host;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    ben.close();
    cy.close();
    relay.close();
  }

  private void relayAmongAll() throws Exception {
    relay.relayAmong(circle);
    reserve(ben);
    reserve(cy);
  }

  private void reserve(Libp2pNetwork host) throws Exception {
    if (host.peers().isEmpty()) Hosts.connect(host, relay);
    host.relayAmong(circle);
    Eventually.holds("a reservation", () -> !host.addresses().isEmpty());
  }

  private PeerConnection meet() throws IOException {
    return ben.connect(cy.self(), List.of(Multiaddr.through(relay.self())), Hosts.SOON);
  }

  private RelayStatus ask(Libp2pNetwork host, RelayMessage question) throws IOException {
    try (var stream = host.open(relay.self(), RelayProtocol.HOP.id())) {
      RelayProtocol.HOP.write(stream.output(), question);
      return ((RelayMessage.Status) RelayProtocol.HOP.read(stream.input())).status();
    }
  }

  private static RelayMessage connectTo(PeerId peer) {
    return new RelayMessage.Connect(peer, RelayMessage.Limit.NONE);
  }

  private static byte[] echo(Libp2pNetwork from, PeerId to, byte[] bytes) throws Exception {
    try (var stream = from.open(to, ECHO);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var written =
          threads.submit(
              () -> {
                stream.output().write(bytes);
                stream.closeWrite();
                return null;
              });
      byte[] back = stream.input().readAllBytes();
      written.get();
      return back;
    }
  }

  @Test
  void two_that_nobody_can_dial_meet_through_a_third() throws Exception {
    relayAmongAll();
    byte[] sent = new Gen(1).bytes(3_000_000);

    PeerConnection connection = meet();

    assertThat(connection.address().relay()).contains(relay.self());
    assertThat(echo(ben, cy.self(), sent)).isEqualTo(sent);
    assertThat(echo(cy, ben.self(), sent)).isEqualTo(sent);
    assertThat(road(ben, cy.self())).contains(PeerInfo.Road.RELAYED);
    assertThat(road(cy, ben.self())).contains(PeerInfo.Road.RELAYED);
    assertThat(road(ben, relay.self())).contains(PeerInfo.Road.DIRECT);
  }

  private static Optional<PeerInfo.Road> road(Libp2pNetwork host, PeerId to) {
    return host.peers().stream()
        .filter(info -> info.peer().equals(to))
        .map(PeerInfo::road)
        .findFirst();
  }

  @Test
  void who_is_reached_through_a_relay_says_so_to_all() throws Exception {
    relayAmongAll();
    Multiaddr through = relay.addresses().getFirst().withoutPeer().via(relay.self());

    assertThat(ben.addresses()).containsExactly(through.withPeer(ben.self()));
    Eventually.holds(
        "the relay knows the address by identify",
        () ->
            relay.peers().stream()
                .anyMatch(info -> info.addresses().contains(through.withPeer(ben.self()))));
    assertThat(cy.connect(ben.self(), ben.addresses(), Hosts.SOON).peer()).isEqualTo(ben.self());
  }

  @Test
  void a_stranger_may_neither_reserve_nor_connect() throws Exception {
    relayAmongAll();
    try (var stranger = hidden(Limits.DEFAULT)) {
      Hosts.connect(stranger, relay);

      assertThat(ask(stranger, new RelayMessage.Reserve()))
          .isEqualTo(RelayStatus.PERMISSION_DENIED);
      assertThat(ask(stranger, connectTo(cy.self()))).isEqualTo(RelayStatus.PERMISSION_DENIED);
      assertThat(ask(stranger, connectTo(new PeerId(Hosts.newKey().publicKey()))))
          .isEqualTo(RelayStatus.PERMISSION_DENIED);
    }
  }

  @Test
  void two_who_share_nothing_are_not_brought_together() throws Exception {
    relayAmongAll();
    circle.part(ben.self(), cy.self());

    assertThatThrownBy(this::meet).hasMessageContaining("it does not relay for us");
  }

  @Test
  void a_circuit_ends_when_the_two_share_nothing_any_more() throws Exception {
    relayAmongAll();
    meet();
    circle.part(ben.self(), cy.self());

    Eventually.holds(
        "the end of the connection",
        () -> {
          if (road(ben, cy.self()).isEmpty()) return true;
          try {
            echo(ben, cy.self(), new byte[1]);
          } catch (IOException e) {
            // as it should be
          }
          return false;
        });
  }

  @Test
  void a_circuit_on_which_nothing_passes_ends_as_soon_as_the_circle_is_told() throws Exception {
    relayAmongAll();
    meet();
    circle.part(ben.self(), cy.self());

    relay.circleChanged();

    Eventually.holds("the end of the connection", () -> road(ben, cy.self()).isEmpty());
  }

  @Test
  void who_has_no_reservation_is_not_reached() throws Exception {
    relay.relayAmong(circle);
    Hosts.connect(cy, relay);
    reserve(ben);

    assertThatThrownBy(this::meet).hasMessageContaining("the peer has no reservation there");
  }

  @Test
  void no_relay_behind_a_relay() throws Exception {
    relayAmongAll();
    meet();

    try (var stream = ben.open(cy.self(), RelayProtocol.HOP.id())) {
      RelayProtocol.HOP.write(stream.output(), new RelayMessage.Reserve());
      assertThat(RelayProtocol.HOP.read(stream.input()))
          .isEqualTo(RelayMessage.Status.of(RelayStatus.PERMISSION_DENIED));
    }
    assertThat(ben.addresses()).allMatch(address -> address.relay().get().equals(relay.self()));
  }

  @Test
  void a_relay_that_one_did_not_ask_brings_nobody() throws Exception {
    relay.handle("/test/nothing", _ -> {});
    cy.relayAmong(new OpenCircle());
    Hosts.connect(cy, relay);

    try (var stream = relay.open(cy.self(), RelayProtocol.STOP.id())) {
      RelayProtocol.STOP.write(stream.output(), connectTo(ben.self()));
      assertThat(RelayProtocol.STOP.read(stream.input()))
          .isEqualTo(RelayMessage.Status.of(RelayStatus.PERMISSION_DENIED));
    }
  }

  @Test
  void a_relay_that_brings_somebody_else_than_it_says_is_found_out() throws Exception {
    relayAmongAll();

    try (var stream = relay.open(cy.self(), RelayProtocol.STOP.id())) {
      RelayProtocol.STOP.write(stream.output(), connectTo(ben.self()));
      assertThat(RelayProtocol.STOP.read(stream.input()))
          .isEqualTo(RelayMessage.Status.of(RelayStatus.OK));
      var upgrade = new Upgrade(Hosts.newKey(), lockstep.base.Entropy.system(), Limits.DEFAULT);
      var channel = upgrade.dialled(new StreamWire((HostStream) stream), cy.self());
      assertThatThrownBy(channel::drain).isInstanceOf(IOException.class);
    }
    assertThat(cy.peers()).hasSize(1);
  }

  @Test
  void the_relay_sees_nothing_of_what_it_passes_on() throws Exception {
    var seen = new ByteArrayOutputStream();
    relay.handle(
        RelayProtocol.HOP.id(), stream -> tapped(stream, seen)); // in place of an honest relay
    Hosts.connect(ben, relay);
    Hosts.connect(cy, relay);
    ben.relayAmong(new OpenCircle());
    cy.relayAmong(circle);
    Eventually.holds("a reservation", () -> !cy.addresses().isEmpty());

    meet();
    byte[] secret = "the secret of two ".repeat(1000).getBytes(UTF_8);
    assertThat(echo(ben, cy.self(), secret)).isEqualTo(secret);

    synchronized (seen) {
      assertThat(seen.size()).isGreaterThan(2 * secret.length);
      assertThat(new String(seen.toByteArray(), UTF_8)).contains("/noise").doesNotContain("secret");
    }
  }

  /// A relay that looks at all that passes.
  private void tapped(PeerStream from, ByteArrayOutputStream seen)
      throws IOException, InterruptedException {
    if (!(RelayProtocol.HOP.read(from.input()) instanceof RelayMessage.Connect(var to, var _))) {
      var promise = new RelayMessage.Reservation(0, relay.addresses());
      RelayProtocol.HOP.write(
          from.output(),
          new RelayMessage.Status(RelayStatus.OK, Optional.of(promise), RelayMessage.Limit.NONE));
      return;
    }
    try (var other = relay.open(to, RelayProtocol.STOP.id())) {
      RelayProtocol.STOP.write(other.output(), connectTo(from.peer()));
      RelayProtocol.STOP.read(other.input());
      RelayProtocol.HOP.write(from.output(), RelayMessage.Status.of(RelayStatus.OK));
      var back = Thread.ofVirtual().start(() -> tap(other, from, seen));
      tap(from, other, seen);
      back.join();
    }
  }

  private static void tap(PeerStream in, PeerStream out, ByteArrayOutputStream seen) {
    try {
      byte[] bytes = new byte[4096];
      for (int n = in.input().read(bytes); n >= 0; n = in.input().read(bytes)) {
        synchronized (seen) {
          seen.write(bytes, 0, n);
        }
        out.output().write(bytes, 0, n);
        out.output().flush();
      }
    } catch (IOException e) {
      out.reset();
    }
  }

  @Test
  void a_circuit_carries_no_more_than_it_may() throws Exception {
    RelayLimits usual = RelayLimits.DEFAULT;
    var tight =
        new RelayLimits(
            usual.reservations(),
            usual.reservationTime(),
            usual.circuits(),
            usual.circuitsPerPeer(),
            usual.circuitsPerPair(),
            usual.circuitTime(),
            100_000,
            usual.requestsPerMinute(),
            usual.ownReservations(),
            usual.retry());
    var limits = LimitsWith.of(Limits.DEFAULT).set("relay", tight).limits();
    try (var stingy = Hosts.open(limits)) {
      stingy.relayAmong(circle);
      Hosts.connect(ben, stingy);
      Hosts.connect(cy, stingy);
      ben.relayAmong(circle);
      cy.relayAmong(circle);
      circle.add(stingy.self());
      ben.connect(stingy.self(), stingy.addresses(), Hosts.SOON); // makes both look again
      cy.connect(stingy.self(), stingy.addresses(), Hosts.SOON);
      Eventually.holds("a reservation", () -> !cy.addresses().isEmpty());

      ben.connect(cy.self(), List.of(Multiaddr.through(stingy.self())), Hosts.SOON);

      assertThat(echo(ben, cy.self(), new byte[10_000])).hasSize(10_000);
      assertThatThrownBy(() -> echo(ben, cy.self(), new byte[200_000]))
          .isInstanceOf(Exception.class);
    }
  }

  @Test
  void without_the_relay_the_two_are_parted_and_say_so() throws Exception {
    relayAmongAll();
    meet();

    relay.close();

    Eventually.holds("the end of the connection", () -> ben.peers().isEmpty());
    assertThat(ben.addresses()).isEmpty();
    assertThatThrownBy(this::meet).hasMessageContaining("the relay is not connected");
  }

  @Test
  void a_direct_connection_takes_the_new_streams() throws Exception {
    relay.relayAmong(circle);
    try (var dan = Hosts.open(Limits.DEFAULT)) {
      circle.add(dan.self());
      dan.handle(ECHO, stream -> stream.input().transferTo(stream.output()));
      Hosts.connect(dan, relay);
      dan.relayAmong(circle);
      reserve(ben);
      Eventually.holds(
          "a reservation", () -> dan.addresses().stream().anyMatch(Multiaddr::isRelayed));
      ben.connect(dan.self(), List.of(Multiaddr.through(relay.self())), Hosts.SOON);
      assertThat(road(ben, dan.self())).contains(PeerInfo.Road.RELAYED);

      ben.connect(dan.self(), dan.addresses(), Hosts.SOON);

      assertThat(road(ben, dan.self())).contains(PeerInfo.Road.DIRECT);
      assertThat(echo(ben, dan.self(), new byte[] {7})).containsExactly(7);
    }
  }
}
