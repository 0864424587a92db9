package lockstep.sync;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
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
/// As text: the digit of its format, then base32 ([SelfCheckingText], which finds typing mistakes),
/// in upper case so that a QR code stays small. Case, hyphens and spaces do not matter when it is
/// read. It is not signed: who could change it could sign it too. What matters in it proves itself:
/// the inviter by its connection, the folder by the hash that is its id.
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

  /// The first character of every code. Whatever a later format means, its check is the same.
  private static final char FORMAT = '2';

  /// How codes began that had no check to find a mistake by.
  private static final String FORMAT_1 = "100H";

  private static final int ADDRESSES_MAX = 8;

  /// How many characters are shown before and after one that looks wrong.
  private static final int NEIGHBOURS = 4;

  private static final int TEXT_MAX = 4000;
  private static final String ALPHABET = SelfCheckingText.ALPHABET;

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
            .bytes(1, folder.bytes())
            .bytes(2, inviter.key().bytes())
            .bytes(3, secret.bytes)
            .varint(4, role.ordinal())
            .varint(5, expires.getEpochSecond());
    addresses.forEach(address -> out.bytes(6, address.bytes()));
    return text(out.toBytes());
  }

  static String text(byte[] body) {
    return SelfCheckingText.of(FORMAT + base32(body));
  }

  /// Reads a code.
  ///
  /// @throws UserException saying what is wrong with it, and where
  static InvitationCode parse(String text) throws UserException {
    String advice = "copy the whole code again, from its first to its last character";
    try {
      String code = plain(text);
      return switch (SelfCheckingText.read(code)) {
        case SelfCheckingText.Reading.Sound(String body) -> read(body);
        case SelfCheckingText.Reading.Wrong(List<Integer> places) ->
            throw new IllegalArgumentException(wrong(code, places));
        case SelfCheckingText.Reading.Missing(int place) ->
            throw new IllegalArgumentException(
                "a character is missing at about place %d: …%s_%s…"
                    .formatted(place + 1, before(code, place), after(code, place)));
        case SelfCheckingText.Reading.Surplus(int place) ->
            throw new IllegalArgumentException(
                "a character is too many at about place " + shown(code, place));
        case SelfCheckingText.Reading.Hopeless _ ->
            throw new IllegalArgumentException(
                code.startsWith(FORMAT_1)
                    ? "it was made by an older Lockstep: update that one"
                    : "characters are missing, or more than a few are mistyped");
      };
    } catch (IllegalArgumentException | PeerViolationException e) {
      throw new UserException(
          "this is not an invitation code", String.valueOf(e.getMessage()), advice);
    }
  }

  private static String wrong(String code, List<Integer> places) {
    String list = places.stream().map(at -> shown(code, at)).collect(Collectors.joining(", "));
    return places.size() == 1
        ? "character " + list + " looks wrong"
        : "characters " + list + " look wrong";
  }

  /// A character with its place and its neighbours, since nobody counts to a hundred.
  private static String shown(String code, int place) {
    return "%d (…%s[%c]%s…)"
        .formatted(place + 1, before(code, place), code.charAt(place), after(code, place + 1));
  }

  private static String before(String code, int place) {
    return code.substring(Math.max(0, place - NEIGHBOURS), place);
  }

  private static String after(String code, int place) {
    return code.substring(place, Math.min(code.length(), place + NEIGHBOURS));
  }

  private static InvitationCode read(String body) throws PeerViolationException {
    if (body.charAt(0) > FORMAT) {
      throw new IllegalArgumentException("it was made by a newer Lockstep: update this one");
    }
    if (body.charAt(0) < FORMAT) {
      throw new IllegalArgumentException(wrong(body, List.of(0)));
    }
    return read(ProtoReader.of(fromBase32(body.substring(1))));
  }

  private static InvitationCode read(ProtoReader in) throws PeerViolationException {
    byte[] folder = new byte[0];
    byte[] inviter = new byte[0];
    byte[] secret = new byte[0];
    int role = 0;
    long expires = 0;
    var addresses = new ArrayList<Multiaddr>();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> folder = in.bytes(Blake3.LENGTH);
        case 2 -> inviter = in.bytes(32);
        case 3 -> secret = in.bytes(SECRET_LENGTH);
        case 4 -> role = in.int32(0, Role.values().length - 1);
        case 5 -> expires = in.varint();
        case 6 -> addresses.add(Multiaddr.fromBytes(in.bytes(512)));
        default -> in.skip();
      }
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
    byte[] out = new byte[text.length() * 5 / 8];
    int length = 0;
    int bits = 0;
    int held = 0;
    for (int i = 0; i < text.length(); i++) {
      held = held << 5 | ALPHABET.indexOf(text.charAt(i));
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        out[length++] = (byte) (held >> bits);
        held &= (1 << bits) - 1;
      }
    }
    return out;
  }

  /// The characters of the alphabet that are meant, as many as were typed.
  private static String plain(String text) {
    var plain = new StringBuilder();
    for (int i = 0; i < text.length() && i < TEXT_MAX; i++) {
      char c = text.charAt(i);
      if (!Character.isWhitespace(c) && c != '-') {
        plain.append(meant(c, plain.length() + 1));
      }
    }
    if (text.length() > TEXT_MAX || plain.length() > SelfCheckingText.LENGTH_MAX) {
      throw new IllegalArgumentException("it is too long");
    }
    return plain.toString();
  }

  private static char meant(char c, int place) {
    char upper = Character.toUpperCase(c);
    char meant = upper == 'O' ? '0' : upper == 'I' || upper == 'L' ? '1' : upper;
    if (ALPHABET.indexOf(meant) < 0) {
      throw new IllegalArgumentException(
          "character %d ('%s') cannot be part of a code"
              .formatted(place, Character.isISOControl(c) ? '?' : c));
    }
    return meant;
  }

  /// Keeps the secret out of logs.
  @Override
  public String toString() {
    return "InvitationCode[folder=%s, inviter=%s, role=%s, expires=%s]"
        .formatted(folder.brief(), inviter.brief(), role, expires);
  }
}
