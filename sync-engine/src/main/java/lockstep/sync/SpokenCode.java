package lockstep.sync;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import lockstep.base.Entropy;

/// A code short enough to be said: a number, by which the device is found that made it, and two
/// words, which are the secret. 16 bits are enough for a secret that can be tried once.
///
/// @param number 1 to 99, no secret
/// @param secret the words, joined by a hyphen
record SpokenCode(int number, String secret) {
  static final int NUMBER_MAX = 99;
  private static final int WORDS = 2;
  private static final int TEXT_MAX = 80;
  private static final Pattern LIKELY = Pattern.compile("\\d{1,2}[\\s-]+\\p{L}.{0,60}");

  static SpokenCode fresh(int number, Entropy entropy) {
    return new SpokenCode(number, Words.of(entropy.bytes(WORDS), WORDS));
  }

  /// Whether a text is meant to be such a code, rather than a whole invitation.
  static boolean isLikely(String text) {
    return LIKELY.matcher(text.strip()).matches();
  }

  /// Reads a code. Case does not matter, and spaces do for hyphens. A word that there is not is
  /// found out here, before it counts as a guess.
  static SpokenCode parse(String text) throws UserException {
    if (text.length() > TEXT_MAX) throw wrong("it is too long");
    List<String> parts =
        Arrays.asList(text.strip().toLowerCase(Locale.ROOT).split("[\\s-]+", WORDS + 2));
    if (parts.size() != WORDS + 1 || !parts.getFirst().matches("[1-9][0-9]?")) {
      throw wrong("a short code is a number and two words, such as 7-maple-violin");
    }
    for (String word : parts.subList(1, parts.size())) {
      if (!Words.all().contains(word)) {
        throw wrong(
            "'%s' is no word of such codes%s"
                .formatted(
                    word, Words.like(word).map(meant -> "; perhaps '" + meant + "'?").orElse("")));
      }
    }
    return new SpokenCode(
        Integer.parseInt(parts.getFirst()), String.join("-", parts.subList(1, parts.size())));
  }

  private static UserException wrong(String why) {
    return new UserException(
        "this is not a short code", why, "have it said again; nothing was tried with this one");
  }

  /// As it is said and typed.
  String text() {
    return number + "-" + secret;
  }

  /// Keeps the secret out of logs.
  @Override
  public String toString() {
    return "SpokenCode[" + number + "]";
  }
}
