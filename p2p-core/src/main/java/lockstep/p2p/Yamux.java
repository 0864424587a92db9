package lockstep.p2p;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import lockstep.base.PeerViolationException;

/// The numbers of yamux (`/yamux/1.0.0`): version u8 ‖ type u8 ‖ flags u16 ‖ stream u32 ‖ length
/// u32.
final class Yamux {
  static final String PROTOCOL = "/yamux/1.0.0";

  static final int HEADER_LENGTH = 12;

  /// What either side may send on a new stream before it hears of a larger window.
  static final int INITIAL_WINDOW = 256 << 10;

  static final int DATA = 0;
  static final int WINDOW_UPDATE = 1;
  static final int PING = 2;
  static final int GO_AWAY = 3;

  static final int SYN = 1;
  static final int ACK = 2;
  static final int FIN = 4;
  static final int RST = 8;

  static final int NORMAL = 0;
  static final int PROTOCOL_ERROR = 1;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private Yamux() {}

  static int typeAndFlags(int type, int flags) {
    return type << 16 | flags;
  }

  static void writeHeader(byte[] out, int at, int typeAndFlags, int id, int length) {
    INT.set(out, at, typeAndFlags);
    INT.set(out, at + 4, id);
    INT.set(out, at + 8, length);
  }

  static PeerViolationException violation(String what) {
    return new PeerViolationException("the peer broke the yamux protocol: " + what);
  }

  static int int32(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }
}
