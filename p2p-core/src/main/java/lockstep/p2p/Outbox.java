package lockstep.p2p;

import java.util.Arrays;

/// What a [YamuxSession] has to send: control frames, which never wait for room, and behind them
/// data, which does. Everything leaves in the order it was put here.
final class Outbox {
  /// Below this, the rest of a Noise frame is not worth a yamux frame of its own.
  private static final int PAYLOAD_WORTH = 256;

  private Batch batch = new Batch();
  private byte[] control = new byte[8 * Yamux.HEADER_LENGTH];
  private int controlSize;
  private boolean flushWanted;

  /// Bytes of control frames that found no room in the batch yet.
  int waitingControl() {
    return controlSize;
  }

  /// A control frame that leaves as soon as it can.
  void control(int type, int flags, int id, int length) {
    controlLazily(type, flags, id, length);
    flushWanted = true;
  }

  /// A control frame that leaves with whatever follows it.
  void controlLazily(int type, int flags, int id, int length) {
    if (controlSize == control.length) control = Arrays.copyOf(control, 2 * controlSize);
    Yamux.writeHeader(control, controlSize, Yamux.typeAndFlags(type, flags), id, length);
    controlSize += Yamux.HEADER_LENGTH;
  }

  /// Whether data can be put now.
  boolean hasRoom() {
    moveControl();
    return controlSize == 0 && batch.room(Yamux.HEADER_LENGTH + 1) > 0;
  }

  /// How many of `length` bytes the next data frame may have; only while there is room.
  int payloadRoom(int length) {
    int room = batch.room(Yamux.HEADER_LENGTH + Math.min(length, PAYLOAD_WORTH));
    return Math.max(0, Math.min(length, room - Yamux.HEADER_LENGTH));
  }

  /// Puts a data frame of at most [#payloadRoom] bytes.
  void data(int flags, int id, byte[] bytes, int offset, int length) {
    batch.putHeader(Yamux.typeAndFlags(Yamux.DATA, flags), id, length);
    batch.put(bytes, offset, length);
  }

  /// What was put so far shall leave though it fills no frame.
  void flush() {
    flushWanted = true;
  }

  /// Whether there is something to send now.
  boolean wantsSwap() {
    return batch.hasFullFrame() || flushWanted && (controlSize > 0 || !batch.isEmpty());
  }

  /// Hands out what is to be sent; `empty` takes what comes next.
  Batch swap(Batch empty) {
    moveControl();
    flushWanted = controlSize > 0;
    Batch full = batch;
    batch = empty;
    return full;
  }

  /// Gives memory back; for times when nothing is sent.
  void trim() {
    batch.trim();
  }

  private void moveControl() {
    int moved = 0;
    while (moved < controlSize && batch.room(Yamux.HEADER_LENGTH) > 0) {
      batch.put(control, moved, Yamux.HEADER_LENGTH);
      moved += Yamux.HEADER_LENGTH;
    }
    System.arraycopy(control, moved, control, 0, controlSize - moved);
    controlSize -= moved;
  }
}
