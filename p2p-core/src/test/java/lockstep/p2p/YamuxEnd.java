package lockstep.p2p;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A session of a test, with raw bytes in and out instead of a connection.
final class YamuxEnd {
  final WindowBudget budget;
  final YamuxSession session;
  final ByteArrayOutputStream wire = new ByteArrayOutputStream();
  long now = 1;

  YamuxEnd(boolean dialer, Limits limits) {
    budget = new WindowBudget(limits.memoryPerPeer());
    session = new YamuxSession(dialer, limits, budget, _ -> {});
  }

  /// One frame as it stands on the wire.
  record Frame(int type, int flags, int id, int length) {
    byte[] bytes(byte... payload) {
      byte[] bytes = new byte[Yamux.HEADER_LENGTH + payload.length];
      Yamux.writeHeader(bytes, 0, Yamux.typeAndFlags(type, flags), id, length);
      System.arraycopy(payload, 0, bytes, Yamux.HEADER_LENGTH, payload.length);
      return bytes;
    }
  }

  void receive(Frame frame, byte... payload) throws IOException {
    receive(frame.bytes(payload));
  }

  void receive(byte[] bytes) throws IOException {
    session.receive(bytes, 0, bytes.length, now);
  }

  /// Moves what the session wants to send onto the wire.
  void send() {
    while (session.wantsSwap()) {
      session.swap(new Batch()).seal((bytes, at, length) -> wire.write(bytes, at, length));
    }
  }

  /// Takes the frames that were sent off the wire, payload left out.
  List<Frame> frames() throws IOException {
    session.flush();
    send();
    var frames = new ArrayList<Frame>();
    byte[] bytes = wire.toByteArray();
    wire.reset();
    var parser =
        new YamuxParser(
            new YamuxParser.Frames() {
              @Override
              public int frame(int type, int flags, int id, int length, long now) {
                frames.add(new Frame(type, flags, id, length));
                return type == Yamux.DATA ? length : 0;
              }

              @Override
              public void payload(byte[] b, int offset, int length, boolean last, long now) {}
            });
    parser.receive(bytes, 0, bytes.length, now);
    return frames;
  }

  byte[] read(YamuxStream stream) {
    var out = new ByteArrayOutputStream();
    while (stream.inbox.size() > 0) {
      int count = stream.inbox.run();
      out.write(stream.inbox.array(), stream.inbox.head(), count);
      session.consume(stream, count, now);
    }
    return out.toByteArray();
  }
}
