package lockstep.app.ui.model;

import java.util.Locale;

/// Which files are locked by themselves.
///
/// @param names name patterns, separated by spaces; empty unless it is [Kind#NAMES]
public record LockRule(Kind kind, String names) {
  /// What all folders have.
  public static final LockRule COMMON = new LockRule(Kind.COMMON, "");

  /// What its user chooses from.
  public enum Kind {
    COMMON,
    OFF,
    DEFAULT,
    ALL,
    NAMES;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static LockRule of(String files) {
    return switch (files) {
      case "" -> COMMON;
      case "off" -> new LockRule(Kind.OFF, "");
      case "default" -> new LockRule(Kind.DEFAULT, "");
      case "all" -> new LockRule(Kind.ALL, "");
      default -> new LockRule(Kind.NAMES, files);
    };
  }

  /// Whether it can match anything: names stand alone there, without their directories.
  public boolean isSound() {
    return kind != Kind.NAMES || !names.isBlank() && !names.contains("/");
  }

  /// As the daemon has it.
  String files() {
    return switch (kind) {
      case COMMON -> "";
      case OFF, DEFAULT, ALL -> kind.word();
      case NAMES -> names.strip();
    };
  }
}
