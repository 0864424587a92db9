package lockstep.sync;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.PeerViolationException;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import org.bouncycastle.crypto.agreement.jpake.JPAKERound1Payload;
import org.bouncycastle.crypto.agreement.jpake.JPAKERound2Payload;

/// What two devices say to each other about a short code, as protobuf messages:
///
/// ```text
/// Hello   1 number; none asks for all that are here                  (joiner)
/// Here    1 whether it is here; if all were asked for, 2 numbers  3 the device's name   (inviter)
/// First   1 gx1  2 gx2  3 gv1  4 r1  5 gv2  6 r2     (joiner)
/// Offer   1 First  2 Second        (inviter)
/// Proof   1 Second  2 confirmation (joiner)
/// Sealed  1 confirmation  2 the invitation, encrypted (inviter)
/// Second  1 a  2 gv  3 r
/// ```
///
/// The names are those of RFC 8235. Numbers are unsigned and big-endian.
final class SpokenMessages {
  /// Longest message in bytes.
  static final int MESSAGE_MAX = 8 << 10;

  /// Of a number modulo p, and of one modulo q, in the group of 3072 bits.
  static final int ELEMENT_MAX = 384;

  private static final int EXPONENT_MAX = 32;

  /// Of the invitation, encrypted.
  private static final int SEALED_MAX = 5_000;

  /// Of a device's name, in bytes.
  private static final int DEVICE_MAX = 400;

  private SpokenMessages() {}

  static byte[] hello(int number) {
    return new ProtoWriter().varint(1, number).toBytes();
  }

  static int readHello(byte[] message) throws PeerViolationException {
    int number = 0;
    var in = ProtoReader.of(message);
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == 1) number = in.int32(1, SpokenCode.NUMBER_MAX);
    }
    return number;
  }

  static byte[] here(boolean isHere) {
    return new ProtoWriter().varintAlways(1, isHere ? 1 : 0).toBytes();
  }

  static boolean readHere(byte[] message) throws PeerViolationException {
    boolean isHere = false;
    var in = ProtoReader.of(message);
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == 1) isHere = in.bool();
    }
    return isHere;
  }

  /// Asks for the numbers of all codes that can be used now.
  static byte[] helloToAll() {
    return new byte[0];
  }

  /// The answer to [#helloToAll]; without any code it tells nothing.
  static byte[] open(String device, Collection<Integer> numbers) {
    var open = new ProtoWriter().varintAlways(1, 0);
    numbers.forEach(number -> open.varint(2, number));
    if (!numbers.isEmpty()) open.string(3, device);
    return open.toBytes();
  }

  /// The codes that can be used at a device.
  ///
  /// @param device its name, as it says
  record Open(String device, List<Integer> numbers) {}

  static Open readOpen(byte[] message) throws PeerViolationException {
    String device = "";
    var numbers = new ArrayList<Integer>();
    var in = ProtoReader.of(message);
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 2 -> {
          if (numbers.size() == SpokenServer.CODES_MAX) {
            throw new PeerViolationException("more codes than a device may have");
          }
          numbers.add(in.int32(1, SpokenCode.NUMBER_MAX));
        }
        case 3 -> device = in.string(DEVICE_MAX);
        default -> in.skip();
      }
    }
    return new Open(device, List.copyOf(numbers));
  }

  static ProtoWriter first(JPAKERound1Payload payload) {
    BigInteger[] one = payload.getKnowledgeProofForX1();
    BigInteger[] two = payload.getKnowledgeProofForX2();
    return new ProtoWriter()
        .bytes(1, unsigned(payload.getGx1()))
        .bytes(2, unsigned(payload.getGx2()))
        .bytes(3, unsigned(one[0]))
        .bytes(4, unsigned(one[1]))
        .bytes(5, unsigned(two[0]))
        .bytes(6, unsigned(two[1]));
  }

  /// @param from who must have made the proofs in it
  static JPAKERound1Payload readFirst(String from, ProtoReader in) throws PeerViolationException {
    var numbers = new BigInteger[6];
    Arrays.fill(numbers, BigInteger.ZERO);
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1, 2, 3, 5 -> numbers[field - 1] = new BigInteger(1, in.bytes(ELEMENT_MAX));
        case 4, 6 -> numbers[field - 1] = new BigInteger(1, in.bytes(EXPONENT_MAX));
        default -> in.skip();
      }
    }
    return new JPAKERound1Payload(
        from,
        numbers[0],
        numbers[1],
        new BigInteger[] {numbers[2], numbers[3]},
        new BigInteger[] {numbers[4], numbers[5]});
  }

  static ProtoWriter second(JPAKERound2Payload payload) {
    BigInteger[] proof = payload.getKnowledgeProofForX2s();
    return new ProtoWriter()
        .bytes(1, unsigned(payload.getA()))
        .bytes(2, unsigned(proof[0]))
        .bytes(3, unsigned(proof[1]));
  }

  /// @param from who must have made the proof in it
  static JPAKERound2Payload readSecond(String from, ProtoReader in) throws PeerViolationException {
    BigInteger a = BigInteger.ZERO;
    BigInteger gv = BigInteger.ZERO;
    BigInteger r = BigInteger.ZERO;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> a = new BigInteger(1, in.bytes(ELEMENT_MAX));
        case 2 -> gv = new BigInteger(1, in.bytes(ELEMENT_MAX));
        case 3 -> r = new BigInteger(1, in.bytes(EXPONENT_MAX));
        default -> in.skip();
      }
    }
    return new JPAKERound2Payload(from, a, new BigInteger[] {gv, r});
  }

  static byte[] offer(JPAKERound1Payload first, JPAKERound2Payload second) {
    return new ProtoWriter().message(1, first(first)).message(2, second(second)).toBytes();
  }

  record Offer(JPAKERound1Payload first, JPAKERound2Payload second) {}

  static Offer readOffer(String from, byte[] message) throws PeerViolationException {
    var in = ProtoReader.of(message);
    JPAKERound1Payload first = null;
    JPAKERound2Payload second = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> first = readFirst(from, in.message(MESSAGE_MAX));
        case 2 -> second = readSecond(from, in.message(MESSAGE_MAX));
        default -> in.skip();
      }
    }
    if (first == null || second == null) {
      throw new PeerViolationException("an offer with a part missing");
    }
    return new Offer(first, second);
  }

  static byte[] proof(ProtoWriter second, Blake3 confirmation) {
    return new ProtoWriter().message(1, second).bytes(2, confirmation.bytes()).toBytes();
  }

  record Proof(JPAKERound2Payload second, Blake3 confirmation) {}

  static Proof readProof(String from, byte[] message) throws PeerViolationException {
    var in = ProtoReader.of(message);
    JPAKERound2Payload second = null;
    byte[] confirmation = {};
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> second = readSecond(from, in.message(MESSAGE_MAX));
        case 2 -> confirmation = in.bytes(Blake3.LENGTH);
        default -> in.skip();
      }
    }
    if (second == null) throw new PeerViolationException("a proof with a part missing");
    return new Proof(second, confirmation(confirmation));
  }

  static byte[] sealed(Blake3 confirmation, byte[] encrypted) {
    return new ProtoWriter().bytes(1, confirmation.bytes()).bytes(2, encrypted).toBytes();
  }

  /// A message with what is encrypted still in it.
  interface SealedReader<T> {
    T read(Blake3 confirmation, byte[] encrypted) throws PeerViolationException;
  }

  static <T> T readSealed(byte[] message, SealedReader<T> reader) throws PeerViolationException {
    var in = ProtoReader.of(message);
    byte[] confirmation = {};
    byte[] encrypted = {};
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> confirmation = in.bytes(Blake3.LENGTH);
        case 2 -> encrypted = in.bytes(SEALED_MAX);
        default -> in.skip();
      }
    }
    return reader.read(confirmation(confirmation), encrypted);
  }

  private static Blake3 confirmation(byte[] bytes) throws PeerViolationException {
    if (bytes.length != Blake3.LENGTH) {
      throw new PeerViolationException("a confirmation has 32 bytes, not " + bytes.length);
    }
    return Blake3.fromBytes(bytes, 0);
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes.length > 1 && bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }
}
