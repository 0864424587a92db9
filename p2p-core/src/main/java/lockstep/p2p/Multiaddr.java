package lockstep.p2p;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import lockstep.base.PeerId;
import lockstep.base.Varints;

/// A self-describing network address such as `/ip4/192.0.2.7/tcp/4001/p2p/12D3KooW…` (multiaddr
/// specification): a list of components, each a protocol and mostly a value. Two are equal if their
/// binary forms are.
public final class Multiaddr {
  private static final int LENGTH_MAX = 1024;

  private static final Component CIRCUIT = new Component(AddressProtocol.P2P_CIRCUIT, "");

  private final List<Component> components;

  /// @param value in canonical text; empty if the protocol has none
  record Component(AddressProtocol protocol, String value) {}

  private Multiaddr(List<Component> components) {
    this.components = List.copyOf(components);
  }

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException saying which part is wrong
  public static Multiaddr parse(String text) {
    if (!text.startsWith("/") || text.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "an address begins with '/', as in /ip4/192.0.2.7/tcp/4001");
    }
    String[] parts = text.substring(1).split("/", -1);
    var components = new ArrayList<Component>();
    for (int i = 0; i < parts.length; i++) {
      var protocol = AddressProtocol.named(parts[i]);
      String value = "";
      if (protocol.hasValue()) {
        if (++i == parts.length) {
          throw new IllegalArgumentException("a value is missing after /" + protocol.text());
        }
        value = protocol.canonical(parts[i]);
      }
      components.add(new Component(protocol, value));
    }
    return new Multiaddr(components);
  }

  /// Reads the binary form.
  ///
  /// @throws IllegalArgumentException if it is malformed or names a protocol unknown here
  public static Multiaddr fromBytes(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > LENGTH_MAX) {
      throw new IllegalArgumentException("an address of %d bytes".formatted(bytes.length));
    }
    var in = new ByteArrayInputStream(bytes);
    var components = new ArrayList<Component>();
    try {
      while (in.available() > 0) {
        var protocol = AddressProtocol.coded(Varints.read(in, Integer.MAX_VALUE));
        components.add(new Component(protocol, protocol.read(in)));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("a malformed address: " + e.getMessage(), e);
    }
    return new Multiaddr(components);
  }

  /// The binary form.
  public byte[] bytes() {
    var out = new ByteArrayOutputStream();
    for (var component : components) {
      byte[] code = new byte[Varints.LENGTH_MAX];
      out.write(code, 0, Varints.write(component.protocol.code(), code, 0));
      component.protocol.write(component.value, out);
    }
    return out.toByteArray();
  }

  /// The peer the address leads to: its last component, if that is `/p2p/…`.
  public Optional<PeerId> peerId() {
    var last = components.getLast();
    return last.protocol == AddressProtocol.P2P
        ? Optional.of(PeerId.parse(last.value))
        : Optional.empty();
  }

  /// This address with `/p2p/<peer>` at its end, instead of what peer may stand there.
  public Multiaddr withPeer(PeerId peer) {
    var all = new ArrayList<>(withoutPeer().components);
    all.add(new Component(AddressProtocol.P2P, peer.toString()));
    return new Multiaddr(all);
  }

  /// This address without `/p2p/…` at its end.
  public Multiaddr withoutPeer() {
    boolean named = components.size() > 1 && peerId().isPresent();
    return named ? new Multiaddr(components.subList(0, components.size() - 1)) : this;
  }

  /// `/p2p/<relay>/p2p-circuit`: through a relay, wherever that is; it has to be connected already.
  public static Multiaddr through(PeerId relay) {
    return new Multiaddr(List.of(new Component(AddressProtocol.P2P, relay.toString()), CIRCUIT));
  }

  /// The address of whom `relay`, which is at this address, passes connections on to.
  Multiaddr via(PeerId relay) {
    var all = new ArrayList<>(withPeer(relay).components);
    all.add(CIRCUIT);
    return new Multiaddr(all);
  }

  /// Whether it leads through a relay.
  public boolean isRelayed() {
    return components.contains(CIRCUIT);
  }

  /// The relay that it leads through, if it names one.
  public Optional<PeerId> relay() {
    int circuit = components.indexOf(CIRCUIT);
    if (circuit < 1) return Optional.empty();
    var before = components.get(circuit - 1);
    return before.protocol == AddressProtocol.P2P
        ? Optional.of(PeerId.parse(before.value))
        : Optional.empty();
  }

  /// The host to dial by plain TCP: an IP literal or a DNS name. Empty for every other transport.
  public Optional<String> tcpHost() {
    return isPlainTcp() ? Optional.of(components.getFirst().value) : Optional.empty();
  }

  /// The TCP port, if this address is plain TCP.
  public OptionalInt tcpPort() {
    return isPlainTcp()
        ? OptionalInt.of(Integer.parseInt(components.get(1).value))
        : OptionalInt.empty();
  }

  /// How the host is written.
  AddressProtocol hostProtocol() {
    return components.getFirst().protocol;
  }

  private boolean isPlainTcp() {
    var rest = withoutPeer().components;
    return rest.size() == 2
        && rest.getFirst().protocol.isHost()
        && rest.getLast().protocol == AddressProtocol.TCP;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multiaddr that && components.equals(that.components);
  }

  @Override
  public int hashCode() {
    return components.hashCode();
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var component : components) {
      text.append('/').append(component.protocol.text());
      if (component.protocol.hasValue()) text.append('/').append(component.value);
    }
    return text.toString();
  }
}
