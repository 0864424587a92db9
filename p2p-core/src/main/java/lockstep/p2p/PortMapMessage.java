package lockstep.p2p;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// What is said to a router to have it let others in to one TCP port: PCP (RFC 6887) and its
/// forerunner NAT-PMP (RFC 6886), which share a port and tell each other apart by the first byte.
/// Pure. Every answer is compared with the question: what does not belong to it does not count.
final class PortMapMessage {
  /// Where routers listen, UDP.
  static final int PORT = 5351;

  /// No answer is longer; what is beyond is not read.
  static final int BYTES_MAX = 1100;

  static final int NONCE_LENGTH = 12;

  private static final int PCP_VERSION = 2;
  private static final int MAP_OPCODE = 1;
  private static final int TCP = 6;
  private static final int PCP_HEADER = 24;
  private static final int PCP_LENGTH = PCP_HEADER + 36;

  private static final int PMP_VERSION = 0;
  private static final int PMP_ADDRESS_LENGTH = 12;
  private static final int PMP_MAP_LENGTH = 16;
  private static final int PMP_MAP_TCP = 2;

  private static final int ANSWER = 0x80;
  private static final int UNSUPPORTED_VERSION = 1;

  private PortMapMessage() {}

  /// A wish of this device.
  ///
  /// @param port that it listens on
  /// @param external port that it would like to have; 0 for any
  /// @param lifetime zero ends the mapping
  record Wish(int port, int external, Duration lifetime) {}

  /// What a router makes of a question.
  sealed interface Answer {
    /// It lets others in.
    ///
    /// @param port at its outer side
    record Granted(Optional<InetAddress> address, int port, Duration lifetime) implements Answer {}

    /// Its address at its outer side.
    record Outside(InetAddress address) implements Answer {}

    /// It does not.
    record Refused(String why) implements Answer {}

    /// It speaks the other of the two protocols.
    record SpeaksOther() implements Answer {}
  }

  // ---- PCP

  /// @param self the address of this device in the router's network
  /// @param nonce says whose the mapping is: only who knows it may change it
  static byte[] pcp(Wish wish, InetAddress self, byte[] nonce) {
    return ByteBuffer.allocate(PCP_LENGTH)
        .put((byte) PCP_VERSION)
        .put((byte) MAP_OPCODE)
        .putShort((short) 0)
        .putInt((int) wish.lifetime().toSeconds())
        .put(mapped(self))
        .put(nonce, 0, NONCE_LENGTH)
        .put((byte) TCP)
        .put(new byte[3])
        .putShort((short) wish.port())
        .putShort((short) wish.external())
        .put(mapped(new byte[4]))
        .array();
  }

  /// Empty if it does not belong to that question.
  static Optional<Answer> pcpAnswer(byte[] bytes, Wish wish, byte[] nonce) {
    if (bytes.length < 4) return Optional.empty();
    var in = ByteBuffer.wrap(bytes);
    boolean isAnswer = (bytes[1] & ANSWER) != 0;
    if (bytes[0] == PMP_VERSION && isAnswer) return Optional.of(new Answer.SpeaksOther());
    if (bytes[0] != PCP_VERSION || (bytes[1] & 0xff) != (ANSWER | MAP_OPCODE)) {
      return Optional.empty();
    }
    int result = bytes[3] & 0xff;
    if (result == UNSUPPORTED_VERSION) return Optional.of(new Answer.SpeaksOther());
    if (bytes.length < PCP_LENGTH) return Optional.empty();
    boolean ours =
        Arrays.equals(bytes, PCP_HEADER, PCP_HEADER + NONCE_LENGTH, nonce, 0, NONCE_LENGTH)
            && in.get(PCP_HEADER + NONCE_LENGTH) == TCP
            && (in.getShort(PCP_HEADER + 16) & 0xffff) == wish.port();
    if (!ours) return Optional.empty();
    if (result != 0) return Optional.of(new Answer.Refused(pcpWords(result)));
    int external = in.getShort(PCP_HEADER + 18) & 0xffff;
    var address = address(Arrays.copyOfRange(bytes, PCP_HEADER + 20, PCP_LENGTH));
    return Optional.of(new Answer.Granted(Optional.of(address), external, seconds(in.getInt(4))));
  }

  private static String pcpWords(int result) {
    return switch (result) {
      case 2 -> "it does not allow it";
      case 3 -> "it did not understand what was asked";
      case 4, 5, 9 -> "it knows nothing of port mappings";
      case 7 -> "it has no connection to the internet itself";
      case 8, 10 -> "it has given away as many ports as it will";
      case 11 -> "it cannot give that port";
      case 12 -> "another router stands between it and this device";
      default -> "it answers with error " + result;
    };
  }

  // ---- NAT-PMP

  /// Asks for the router's outer address.
  static byte[] pmpAddress() {
    return new byte[] {PMP_VERSION, 0};
  }

  static byte[] pmp(Wish wish) {
    return ByteBuffer.allocate(12)
        .put((byte) PMP_VERSION)
        .put((byte) PMP_MAP_TCP)
        .putShort((short) 0)
        .putShort((short) wish.port())
        .putShort((short) (wish.lifetime().isZero() ? 0 : wish.external()))
        .putInt((int) wish.lifetime().toSeconds())
        .array();
  }

  /// Empty if it does not belong to [#pmpAddress].
  static Optional<Answer> pmpAddressAnswer(byte[] bytes) {
    if (bytes.length < 4 || bytes[0] != PMP_VERSION || (bytes[1] & 0xff) != ANSWER) {
      return Optional.empty();
    }
    int result = ByteBuffer.wrap(bytes).getShort(2) & 0xffff;
    if (result != 0) return Optional.of(new Answer.Refused(pmpWords(result)));
    if (bytes.length < PMP_ADDRESS_LENGTH) return Optional.empty();
    return Optional.of(new Answer.Outside(address(Arrays.copyOfRange(bytes, 8, 12))));
  }

  /// Empty if it does not belong to that question.
  static Optional<Answer> pmpAnswer(byte[] bytes, Wish wish) {
    if (bytes.length < 4
        || bytes[0] != PMP_VERSION
        || (bytes[1] & 0xff) != (ANSWER | PMP_MAP_TCP)) {
      return Optional.empty();
    }
    var in = ByteBuffer.wrap(bytes);
    int result = in.getShort(2) & 0xffff;
    if (result != 0) return Optional.of(new Answer.Refused(pmpWords(result)));
    if (bytes.length < PMP_MAP_LENGTH || (in.getShort(8) & 0xffff) != wish.port()) {
      return Optional.empty();
    }
    int external = in.getShort(10) & 0xffff;
    return Optional.of(new Answer.Granted(Optional.empty(), external, seconds(in.getInt(12))));
  }

  private static String pmpWords(int result) {
    return switch (result) {
      case 1, 5 -> "it knows nothing of port mappings";
      case 2 -> "it does not allow it";
      case 3 -> "it has no connection to the internet itself";
      case 4 -> "it has given away as many ports as it will";
      default -> "it answers with error " + result;
    };
  }

  // ---- Parts

  private static Duration seconds(int unsigned) {
    return Duration.ofSeconds(Integer.toUnsignedLong(unsigned));
  }

  /// An address in 16 bytes, one of IPv4 as `::ffff:…`.
  private static byte[] mapped(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 16 ? bytes : mapped(bytes);
  }

  private static byte[] mapped(byte[] four) {
    byte[] sixteen = new byte[16];
    sixteen[10] = (byte) 0xff;
    sixteen[11] = (byte) 0xff;
    System.arraycopy(four, 0, sixteen, 12, 4);
    return sixteen;
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an IP address of another length than 4 or 16", e);
    }
  }
}
