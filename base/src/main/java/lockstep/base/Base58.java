package lockstep.base;

import java.math.BigInteger;

/// base58btc, the text form of peer ids (multibase `z`, written without its prefix).
final class Base58 {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(58);

  private Base58() {}

  static String encode(byte[] bytes) {
    var text = new StringBuilder();
    for (var rest = new BigInteger(1, bytes); rest.signum() > 0; rest = rest.divide(BASE)) {
      text.append(ALPHABET.charAt(rest.mod(BASE).intValue()));
    }
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      text.append('1');
    }
    return text.reverse().toString();
  }

  /// @throws IllegalArgumentException at the first character outside the alphabet
  static byte[] decode(String text) {
    var number = BigInteger.ZERO;
    int zeros = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException(
            "character %d ('%s') is not base58".formatted(i + 1, text.charAt(i)));
      }
      if (digit == 0 && zeros == i) {
        zeros++;
      }
      number = number.multiply(BASE).add(BigInteger.valueOf(digit));
    }
    byte[] magnitude = number.signum() == 0 ? new byte[0] : number.toByteArray();
    int skip = magnitude.length > 0 && magnitude[0] == 0 ? 1 : 0;
    byte[] out = new byte[zeros + magnitude.length - skip];
    System.arraycopy(magnitude, skip, out, zeros, magnitude.length - skip);
    return out;
  }
}
