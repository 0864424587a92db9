package lockstep.app.ui.model;

import java.util.List;
import java.util.Optional;
import lockstep.app.JsonObject;

/// Another device: one that is connected, or known as a member of a folder.
///
/// @param connection how: `local`, `direct` or `relayed`
/// @param absence why it is not connected, as far as that is known
public record Peer(
    String peerId,
    String name,
    boolean connected,
    List<String> addresses,
    boolean inbound,
    String connection,
    Optional<Double> rttMillis,
    long bytesSent,
    long bytesReceived,
    Optional<String> absence) {

  public Peer {
    addresses = List.copyOf(addresses);
  }

  static Peer of(JsonObject json) {
    return new Peer(
        json.string("peerId"),
        json.string("name"),
        json.flag("connected"),
        json.strings("addresses"),
        json.string("direction").equals("inbound"),
        json.string("connection"),
        json.decimal("rttMillisP50"),
        json.number("bytesSent"),
        json.number("bytesReceived"),
        json.text("absence"));
  }
}
