package lockstep.app;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One thing that [Doctor] looked at.
///
/// @param topic what it is about, one word
/// @param what a sentence for the user
/// @param advice what to do, unless nothing is to be done
/// @param remedy what [Remedies] can do about it
record Finding(
    Severity severity,
    String topic,
    String what,
    Optional<String> advice,
    Optional<String> remedy) {

  /// How much it matters: ERROR keeps something from working, WARNING may soon or sometimes, NOTE
  /// is a limit to know of.
  enum Severity {
    OK,
    NOTE,
    WARNING,
    ERROR;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String topic, String what) {
    return new Finding(Severity.OK, topic, what, Optional.empty(), Optional.empty());
  }

  static Finding of(Severity severity, String topic, String what, String advice) {
    return new Finding(severity, topic, what, Optional.of(advice), Optional.empty());
  }

  /// The same with something that the program can do about it.
  Finding withRemedy(String id) {
    return new Finding(severity, topic, what, advice, Optional.of(id));
  }

  /// As `doctor --json` has it.
  Map<String, Object> view() {
    return Views.object(
        "severity", severity, "topic", topic, "what", what, "advice", advice, "remedy", remedy);
  }
}
