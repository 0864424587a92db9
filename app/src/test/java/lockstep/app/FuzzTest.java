package lockstep.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.stream.Stream;
import lockstep.testkit.FuzzTarget;
import lockstep.testkit.FuzzTargets;

/// What other programs of this computer, and web pages in its browser, send to the control API; see
/// [Fuzz].
class FuzzTest implements FuzzTargets {
  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(
        new FuzzTarget(
            "http-request",
            bytes -> HttpRequest.read(new ByteArrayInputStream(bytes)),
            IOException.class),
        new FuzzTarget("websocket", FuzzTest::receive, IOException.class),
        new FuzzTarget("json", Json::parseObject, IOException.class));
  }

  private static void receive(byte[] bytes) throws IOException {
    var in = new ByteArrayInputStream(bytes);
    var socket = WebSocket.ofClient(in, OutputStream.nullOutputStream(), byte[]::new);
    while (socket.receive().isPresent()) {}
  }
}
