package lockstep.app.ui.model;

import java.util.OptionalInt;

/// What may be typed where a number is wanted.
///
/// @param least included, as is `most`
public record WholeNumber(int least, int most) {
  /// The number; empty if that is none, or lies outside.
  public OptionalInt read(String text) {
    try {
      int number = Integer.parseInt(text.strip());
      return number >= least && number <= most ? OptionalInt.of(number) : OptionalInt.empty();
    } catch (NumberFormatException none) {
      return OptionalInt.empty();
    }
  }
}
