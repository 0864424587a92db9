package lockstep.sync;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lockstep.base.Blake3;
import lockstep.base.PeerId;
import lockstep.base.PeerViolationException;
import lockstep.base.PrivateKey;
import lockstep.base.ProtoReader;
import lockstep.base.ProtoWriter;
import lockstep.base.Role;
import lockstep.p2p.Multiaddr;

/// What an invitation's code carries: where to go, whom to expect there, and the one-time secret
/// that proves the right to join.
///
/// As text: base32 in Crockford's alphabet (no I, L, O, U to mistake), upper case so that a QR code
/// stays small, with a checksum at its end. Case, hyphens and spaces do not matter when it is read.
///
/// @param folder id of the folder
/// @param inviter the device that made it; others may admit too
/// @param secret 16 bytes nobody can guess; the key of the ledger's Invite entry is derived from
///   them
/// @param expires shown to people; the admitting device judges it
/// @param addresses where the inviter was listening
record InvitationCode(
    Blake3 folder,
    PeerId inviter,
    Secret secret,
    Role role,
    Instant expires,
    List<Multiaddr> addresses) {

  static final int SECRET_LENGTH = 16;

  private static final int VERSION = 1;
  private static final int ADDRESSES_MAX = 8;
  private static final int CHECKSUM_LENGTH = 4;
  private static final int TEXT_MAX = 2000;
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  InvitationCode {
    addresses = List.copyOf(addresses.subList(0, Math.min(ADDRESSES_MAX, addresses.size())));
  }

  /// A one-time secret; never shown but in the code.
  static final class Secret {
    private final byte[] bytes;

    Secret(byte[] bytes) {
      if (bytes.length != SECRET_LENGTH) {
        throw new IllegalArgumentException("a secret has 16 bytes");
      }
      this.bytes = bytes.clone();
    }

    /// The key whose public half stands in the ledger, and with which a joiner proves the secret.
    PrivateKey key() {
      return PrivateKey.ofSeed(Blake3.derived("lockstep 2026-11 invitation key", bytes).bytes());
    }
  }

  /// The code, one line.
  String text() {
    var out =
        new ProtoWriter()
            .varint(1, VERSION)
            .bytes(2, folder.bytes())
            .bytes(3, inviter.key().bytes())
            .bytes(4, secret.bytes)
            .varint(5, role.ordinal())
            .varint(6, expires.getEpochSecond());
    addresses.forEach(address -> out.bytes(7, address.bytes()));
    byte[] body = out.toBytes();
    byte[] all = Arrays.copyOf(body, body.length + CHECKSUM_LENGTH);
    System.arraycopy(Blake3.of(body).bytes(), 0, all, body.length, CHECKSUM_LENGTH);
    return base32(all);
  }

  /// Reads a code.
  ///
  /// @throws UserException saying what is wrong with it
  static InvitationCode parse(String text) throws UserException {
    String advice = "copy the whole code again, from its first to its last character";
    try {
      byte[] all = fromBase32(text);
      if (all.length <= CHECKSUM_LENGTH) {
        throw new IllegalArgumentException("it is too short");
      }
      byte[] body = Arrays.copyOf(all, all.length - CHECKSUM_LENGTH);
      byte[] check = Arrays.copyOf(Blake3.of(body).bytes(), CHECKSUM_LENGTH);
      if (!Arrays.equals(check, 0, CHECKSUM_LENGTH, all, body.length, all.length)) {
        throw new IllegalArgumentException("a character is missing or mistyped");
      }
      return read(ProtoReader.of(body));
    } catch (IllegalArgumentException | PeerViolationException e) {
      throw new UserException(
          "this is not an invitation code", String.valueOf(e.getMessage()), advice);
    }
  }

  private static InvitationCode read(ProtoReader in) throws PeerViolationException {
    int version = 0;
    byte[] folder = new byte[0];
    byte[] inviter = new byte[0];
    byte[] secret = new byte[0];
    int role = 0;
    long expires = 0;
    var addresses = new ArrayList<Multiaddr>();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> version = in.int32(0, Integer.MAX_VALUE);
        case 2 -> folder = in.bytes(Blake3.LENGTH);
        case 3 -> inviter = in.bytes(32);
        case 4 -> secret = in.bytes(SECRET_LENGTH);
        case 5 -> role = in.int32(0, Role.values().length - 1);
        case 6 -> expires = in.varint();
        case 7 -> addresses.add(Multiaddr.fromBytes(in.bytes(512)));
        default -> in.skip();
      }
    }
    if (version != VERSION) {
      throw new IllegalArgumentException("it was made by a newer Lockstep: update this one");
    }
    if (folder.length != Blake3.LENGTH) {
      throw new IllegalArgumentException("it names no folder");
    }
    return new InvitationCode(
        Blake3.fromBytes(folder, 0),
        new PeerId(lockstep.base.PublicKey.of(inviter)),
        new Secret(secret),
        Role.values()[role],
        Instant.ofEpochSecond(Math.clamp(expires, 0, 253_402_300_799L)),
        addresses);
  }

  private static String base32(byte[] bytes) {
    var text = new StringBuilder();
    int bits = 0;
    int held = 0;
    for (byte each : bytes) {
      held = held << 8 | (each & 0xff);
      bits += 8;
      for (; bits >= 5; bits -= 5) {
        text.append(ALPHABET.charAt(held >> (bits - 5) & 31));
      }
      held &= (1 << bits) - 1;
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt(held << (5 - bits) & 31));
    }
    return text.toString();
  }

  private static byte[] fromBase32(String text) {
    if (text.length() > TEXT_MAX) {
      throw new IllegalArgumentException("it is too long");
    }
    byte[] out = new byte[text.length() * 5 / 8];
    int length = 0;
    int bits = 0;
    int held = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c) || c == '-') {
        continue;
      }
      held = held << 5 | digit(c, i);
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        out[length++] = (byte) (held >> bits);
        held &= (1 << bits) - 1;
      }
    }
    return Arrays.copyOf(out, length);
  }

  private static int digit(char c, int index) {
    char upper = Character.toUpperCase(c);
    char meant = upper == 'O' ? '0' : upper == 'I' || upper == 'L' ? '1' : upper;
    int digit = ALPHABET.indexOf(meant);
    if (digit < 0) {
      throw new IllegalArgumentException(
          "character %d ('%s') cannot be part of a code"
              .formatted(index + 1, Character.isISOControl(c) ? '?' : c));
    }
    return digit;
  }

  /// Keeps the secret out of logs.
  @Override
  public String toString() {
    return "InvitationCode[folder=%s, inviter=%s, role=%s, expires=%s]"
        .formatted(folder.brief(), inviter.brief(), role, expires);
  }
}
