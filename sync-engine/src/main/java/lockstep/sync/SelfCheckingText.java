package lockstep.sync;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Text in base32 (Crockford's alphabet: no I, L, O, U to mistake) that finds its own typing
/// mistakes: a Reed-Solomon code over GF(1024), each symbol of which is two characters, counted
/// from the end; the last six symbols are the check.
///
/// Wrong characters in any two symbols are found with certainty, and so is one that is missing or
/// one too many. What is further off is taken for something else with a chance of less than one in
/// a hundred million.
final class SelfCheckingText {
  static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  /// The most characters whose places a code over this field can tell apart.
  static final int LENGTH_MAX = 2046;

  private static final int CHECK_SYMBOLS = 6;
  private static final int CHECK_LENGTH = 2 * CHECK_SYMBOLS;
  private static final int ORDER = 1023;
  private static final int POLYNOMIAL = 0x409; // x^10 + x^3 + 1, primitive
  private static final int[] EXP = new int[2 * ORDER];
  private static final int[] LOG = new int[ORDER + 1];

  static {
    for (int i = 0, x = 1; i < ORDER; i++) {
      EXP[i] = x;
      EXP[i + ORDER] = x;
      LOG[x] = i;
      x <<= 1;
      if (x > ORDER) x ^= POLYNOMIAL;
    }
  }

  private static final int[] GENERATOR = generator();

  private SelfCheckingText() {}

  /// What a look at a text shows. Places count its characters from 0.
  sealed interface Reading {
    /// @param body the text without its check
    record Sound(String body) implements Reading {}

    record Wrong(List<Integer> places) implements Reading {}

    record Missing(int place) implements Reading {}

    record Surplus(int place) implements Reading {}

    record Hopeless() implements Reading {}
  }

  /// @param body characters of the alphabet
  static String of(String body) {
    if (body.length() + CHECK_LENGTH > LENGTH_MAX) {
      throw new IllegalArgumentException(body.length() + " characters are too many to check");
    }
    int[] rest = new int[CHECK_SYMBOLS];
    byte[] digits = digits(body);
    for (int i = 0; i < symbols(digits); i++) {
      int out = symbol(digits, i) ^ rest[0];
      System.arraycopy(rest, 1, rest, 0, CHECK_SYMBOLS - 1);
      rest[CHECK_SYMBOLS - 1] = 0;
      for (int j = 0; j < CHECK_SYMBOLS; j++) rest[j] ^= times(out, GENERATOR[j]);
    }
    var text = new StringBuilder(body);
    for (int symbol : rest) {
      text.append(ALPHABET.charAt(symbol >> 5)).append(ALPHABET.charAt(symbol & 31));
    }
    return text.toString();
  }

  /// @param text characters of the alphabet, at most [#LENGTH_MAX]
  static Reading read(String text) {
    if (text.length() <= CHECK_LENGTH) return new Reading.Hopeless();
    byte[] digits = digits(text);
    Optional<List<Integer>> wrong = wrongIn(digits);
    if (wrong.isEmpty()) return slipped(digits);
    return wrong.get().isEmpty()
        ? new Reading.Sound(text.substring(0, text.length() - CHECK_LENGTH))
        : new Reading.Wrong(wrong.get());
  }

  /// Tries every place for a character too many, then for one too few.
  private static Reading slipped(byte[] digits) {
    int length = digits.length;
    byte[] without = Arrays.copyOfRange(digits, 1, length);
    for (int place = 0; place < length; place++) {
      if (isZero(syndromes(without))) return new Reading.Surplus(place);
      if (place < length - 1) without[place] = digits[place];
    }
    byte[] with = new byte[length + 1];
    System.arraycopy(digits, 0, with, 1, length);
    for (int place = 0; place <= length && length < LENGTH_MAX; place++) {
      if (wrongIn(with).filter(List.of(place)::containsAll).isPresent()) {
        return new Reading.Missing(place);
      }
      if (place < length) {
        with[place] = digits[place];
        with[place + 1] = 0;
      }
    }
    return new Reading.Hopeless();
  }

  private static byte[] digits(String text) {
    byte[] digits = new byte[text.length()];
    for (int i = 0; i < digits.length; i++) digits[i] = (byte) ALPHABET.indexOf(text.charAt(i));
    return digits;
  }

  private static int symbols(byte[] digits) {
    return (digits.length + 1) / 2;
  }

  /// An odd first digit is a symbol of its own.
  private static int symbol(byte[] digits, int index) {
    int second = digits.length - 1 - 2 * (symbols(digits) - 1 - index);
    return second == 0 ? digits[0] : digits[second - 1] << 5 | digits[second];
  }

  /// The text as a polynomial, at the six powers of the field's generator that are the roots of
  /// every sound one.
  private static int[] syndromes(byte[] digits) {
    int[] syndromes = new int[CHECK_SYMBOLS];
    for (int at = 0; at < symbols(digits); at++) {
      int symbol = symbol(digits, at);
      for (int i = 0; i < CHECK_SYMBOLS; i++) syndromes[i] = times(syndromes[i], EXP[i]) ^ symbol;
    }
    return syndromes;
  }

  private static boolean isZero(int[] syndromes) {
    for (int syndrome : syndromes) if (syndrome != 0) return false;
    return true;
  }

  /// The places of the wrong characters; empty if they are too many to tell.
  private static Optional<List<Integer>> wrongIn(byte[] digits) {
    int[] s = syndromes(digits);
    if (isZero(s)) return Optional.of(List.of());
    if (s[0] != 0 && s[1] != 0) {
      int at = over(s[1], s[0]);
      boolean alone = true;
      for (int i = 1; i < CHECK_SYMBOLS; i++) alone &= s[i] == times(s[i - 1], at);
      if (alone)
        return LOG[at] < symbols(digits) ? places(digits, s[0], LOG[at]) : Optional.empty();
    }
    return twoWrong(digits, s);
  }

  /// Peterson's solution for two errors: the syndromes follow the recurrence whose roots are the
  /// wrong symbols' places.
  private static Optional<List<Integer>> twoWrong(byte[] digits, int[] s) {
    int determinant = times(s[1], s[1]) ^ times(s[0], s[2]);
    if (determinant == 0) return Optional.empty();
    int sum = over(times(s[1], s[2]) ^ times(s[0], s[3]), determinant);
    int product = over(times(s[1], s[3]) ^ times(s[2], s[2]), determinant);
    for (int i = 2; i < CHECK_SYMBOLS; i++) {
      if (s[i] != (times(sum, s[i - 1]) ^ times(product, s[i - 2]))) return Optional.empty();
    }
    for (int log = 0; log < symbols(digits); log++) {
      int one = EXP[log];
      int other = sum ^ one;
      if (times(one, other) == product && other != 0 && LOG[other] < log) {
        int errorOfOther = over(s[1] ^ times(s[0], one), one ^ other);
        return places(digits, s[0] ^ errorOfOther, log)
            .flatMap(
                first ->
                    places(digits, errorOfOther, LOG[other])
                        .map(second -> Stream.of(first, second).flatMap(List::stream).toList()));
      }
    }
    return Optional.empty();
  }

  /// Which characters an error in a symbol says are wrong; empty if one of them is none of the
  /// text's.
  ///
  /// @param fromEnd the symbol, the last is 0
  private static Optional<List<Integer>> places(byte[] digits, int error, int fromEnd) {
    int second = digits.length - 1 - 2 * fromEnd;
    List<Integer> places = new ArrayList<>();
    if (error >> 5 != 0) places.add(second - 1);
    if ((error & 31) != 0) places.add(second);
    return places.contains(-1) ? Optional.empty() : Optional.of(places);
  }

  private static int times(int a, int b) {
    return a == 0 || b == 0 ? 0 : EXP[LOG[a] + LOG[b]];
  }

  /// @param b not 0
  private static int over(int a, int b) {
    return a == 0 ? 0 : EXP[LOG[a] + ORDER - LOG[b]];
  }

  /// The polynomial with the roots of every sound text, without its leading 1, highest power first.
  private static int[] generator() {
    int[] product = {1};
    for (int root = 0; root < CHECK_SYMBOLS; root++) {
      int[] next = Arrays.copyOf(product, product.length + 1);
      for (int i = 0; i < product.length; i++) next[i + 1] ^= times(product[i], EXP[root]);
      product = next;
    }
    return Arrays.copyOfRange(product, 1, product.length);
  }
}
