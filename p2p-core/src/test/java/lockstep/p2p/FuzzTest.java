package lockstep.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;
import lockstep.base.PeerViolationException;
import lockstep.testkit.FuzzTarget;
import lockstep.testkit.FuzzTargets;

/// Whatever comes from a peer or the network before it is trusted; see [FuzzTargets].
class FuzzTest implements FuzzTargets {
  private static final byte[] KEY = HexFormat.of().parseHex("07".repeat(32));

  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(
        new FuzzTarget("multiaddr", Multiaddr::fromBytes, IllegalArgumentException.class),
        new FuzzTarget(
            "multiaddr-text",
            bytes -> Multiaddr.parse(new String(bytes, UTF_8)),
            IllegalArgumentException.class),
        new FuzzTarget(
            "identify",
            bytes -> IdentifyMessage.read(new ByteArrayInputStream(bytes), 4096),
            IOException.class),
        new FuzzTarget("key", Keys::decode, PeerViolationException.class),
        new FuzzTarget(
            "noise-payload",
            bytes -> NoiseIdentity.verify(bytes, NoiseHandshake.publicKey(KEY)),
            PeerViolationException.class),
        new FuzzTarget(
            "noise-first",
            bytes -> new NoiseHandshake(false, KEY, KEY).read(bytes),
            PeerViolationException.class),
        new FuzzTarget(
            "multistream",
            bytes ->
                Multistream.respond(
                    new ByteArrayInputStream(bytes),
                    OutputStream.nullOutputStream(),
                    "/noise"::equals),
            IOException.class),
        new FuzzTarget("yamux-dialer", frames(true), IOException.class),
        new FuzzTarget("yamux-listener", frames(false), IOException.class),
        new FuzzTarget("relay-hop", relay(RelayProtocol.HOP), IOException.class),
        new FuzzTarget("relay-stop", relay(RelayProtocol.STOP), IOException.class),
        new FuzzTarget(
            "punch",
            bytes -> PunchMessage.read(new ByteArrayInputStream(bytes)),
            IOException.class),
        new FuzzTarget("mdns", MdnsMessage::decode, PeerViolationException.class),
        new FuzzTarget("port-map", FuzzTest::readRoutersDatagram),
        new FuzzTarget("upnp", FuzzTest::readRoutersText));
  }

  private static FuzzTarget.Reader relay(RelayProtocol protocol) {
    return bytes -> protocol.read(new ByteArrayInputStream(bytes));
  }

  private static FuzzTarget.Reader frames(boolean dialer) {
    return bytes -> new YamuxEnd(dialer, Limits.DEFAULT).receive(bytes);
  }

  private static void readRoutersDatagram(byte[] bytes) {
    var wish = new PortMapMessage.Wish(4001, 4001, Duration.ofHours(1));
    PortMapMessage.pcpAnswer(bytes, wish, new byte[PortMapMessage.NONCE_LENGTH]);
    PortMapMessage.pmpAnswer(bytes, wish);
    PortMapMessage.pmpAddressAnswer(bytes);
  }

  private static void readRoutersText(byte[] bytes) throws UnknownHostException {
    String text = new String(bytes, UTF_8);
    InetAddress router = InetAddress.getByAddress(new byte[] {(byte) 192, (byte) 168, 1, 1});
    UpnpMessage.location(text, router).ifPresent(UpnpMessage::get);
    UpnpMessage.service(text, URI.create("http://192.168.1.1:5000/d.xml"), router)
        .ifPresent(service -> UpnpMessage.call(service, "GetExternalIPAddress", ""));
    UpnpMessage.isOk(text);
    UpnpMessage.error(text);
    UpnpMessage.address(text);
  }
}
